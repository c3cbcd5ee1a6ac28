"""What was uploaded is given back as a page."""


def test_a_file_that_runs_as_a_page_is_found(assault):
    """HTML and SVG are told, which are given as what they were declared to be; HTML that is given as PNG is not."""
    findings = assault("upload_type").findings
    assert {each.address for each in findings} == {"/holes/pictures"}
    assert {each.why.split(",")[0] for each in findings} == {
        "a file is given as text/html", "a file is given as image/svg+xml",
    }  # fmt: skip
