"""The process that imports Great Expectations, so that no other has to wait for it.

Importing it takes seconds of processor time; beside a process that lands files and starts dbt it
costs nothing. One JSON request a line on standard input, one JSON answer a line on standard
output; it ends when its input does, so it never outlives the process that started it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import IO, Any


def main() -> None:
    """Serve requests until standard input ends."""
    # What libraries print must not end up between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.umask(0o077)
    judge = Judge()
    _answer(answers, {"ready": True})
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if request["do"] == "judge":
                _answer(answers, {"results": judge.judge(request["suites"])})
            else:
                _answer(answers, {"docs": judge.write_docs(Path(request["folder"]))})
        except Exception as error:  # the other side tells the person
            traceback.print_exc()
            _answer(answers, {"error": f"{type(error).__name__}: {error}"})


class Judge:
    """Great Expectations with nothing on disk but the Data Docs."""

    def __init__(self) -> None:
        import great_expectations as gx
        from great_expectations.expectations.registry import get_expectation_impl

        self._gx = gx
        self._expectation_class = get_expectation_impl
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._batches: dict[str, Any] = {}
        self._source = self._context.data_sources.add_pandas("profiles")
        for site in list(self._context.get_site_names()):
            self._context.delete_data_docs_site(site)

    def judge(self, suites: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Run suites, each on its frame; one result per expectation, in order."""
        return [result for suite in suites for result in self._run(suite)]

    def _run(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        import pandas as pd

        suite = self._gx.ExpectationSuite(name=request["name"])
        for number, item in enumerate(request["expectations"]):
            expectation = self._expectation_class(item["type"])(
                **item["kwargs"],
                severity="critical" if item["severity"] == "error" else "warning",
                meta={"number": number, "rule": item["rule"]},
                notes=item["message"],
            )
            suite.add_expectation(expectation)
        name = request["name"]
        if name not in self._batches:
            asset = self._source.add_dataframe_asset(name)
            self._batches[name] = asset.add_batch_definition_whole_dataframe("profile")
        validation = self._context.validation_definitions.add_or_update(
            self._gx.ValidationDefinition(
                name=name,
                data=self._batches[name],
                suite=self._context.suites.add_or_update(suite),
            )
        )
        outcome = validation.run(
            batch_parameters={"dataframe": pd.DataFrame(request["columns"])},
            # Profiles hold aggregates, yet a result must never repeat a value of a frame.
            result_format={
                "result_format": "BOOLEAN_ONLY"
                if any(item["is_private"] for item in request["expectations"])
                else "BASIC",
                "partial_unexpected_count": 0,
            },
        )
        return [_plain(result, request) for result in outcome.to_json_dict()["results"]]

    def write_docs(self, folder: Path) -> str:
        """Write Data Docs of everything judged so far; returns the path of the first page."""
        from expectations.static_docs import make_static

        self._context.add_data_docs_site(
            "run",
            {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(folder),
                },
                "site_index_builder": {
                    "class_name": "DefaultSiteIndexBuilder",
                    "show_cta_footer": False,
                },
            },
        )
        self._context.build_data_docs(site_names=["run"])
        self._context.delete_data_docs_site("run")
        make_static(folder)
        return str(folder / "index.html")


def _plain(result: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    config = result["expectation_config"]
    item = request["expectations"][config["meta"]["number"]]
    failure = _exception(result.get("exception_info") or {})
    if failure:
        raise RuntimeError(f"{request['name']}, {item['rule']}: {failure}")
    observed = (result.get("result") or {}).get("observed_value")
    return {
        "suite": request["name"],
        "subject": item["subject"] or request["subject"],
        "rule": item["rule"],
        "severity": item["severity"],
        "message": item["message"],
        "is_success": bool(result["success"]),
        "observed": "" if observed is None or item["is_private"] else _text(observed),
    }


def _exception(info: dict[str, Any]) -> str | None:
    """What kept an expectation from being judged; it stands alone, or once per metric."""
    entries = [info] if "raised_exception" in info else list(info.values())
    raised = [entry for entry in entries if entry.get("raised_exception")]
    return str(raised[0]["exception_message"]) if raised else None


def _text(observed: Any) -> str:
    return ", ".join(map(str, observed)) if isinstance(observed, list) else str(observed)


def _answer(answers: IO[str], content: dict[str, Any]) -> None:
    answers.write(json.dumps(content, default=str) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
