"""OpenAPI 3.1 from the running application, and an explorer without a CDN."""
