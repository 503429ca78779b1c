"""The models in the package are those that the features of this version were learnt with."""

from __future__ import annotations

from scraper.extract import forest
from tests import fingerprints


def test_the_model_of_pages_was_shown_what_the_extractor_shows_now() -> None:
    assert forest.told("model.json")["shown"] == fingerprints.of_lines(), "run make train"


def test_the_models_of_captures_were_shown_what_the_extractor_shows_now() -> None:
    assert forest.told("capture.model.json")["shown"] == fingerprints.of_captures(), "run make train"
