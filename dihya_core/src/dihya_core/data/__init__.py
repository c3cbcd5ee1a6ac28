"""One unit of work around each request, command and step of a task, and every change that it makes."""
