"""The options that the commands on PTB-XL folders share."""

import pytest

from ecgscribe.cli.main import main, parser
from ecgscribe.cli.ptbxl_options import excluded_of, recipe_of
from ecgscribe.training.trace import TraceOptions

FOLDERS = ["--output", "o", "--work", "w"]


@pytest.mark.parametrize("command", ["train-trace", "train-embedded", "train-findings", "evaluate-findings"])
def test_excluded_records(command):
    args = parser().parse_args([command, *FOLDERS, "--exclude", " 17, 42,,17 "])
    assert excluded_of(args) == {17, 42} and args.split_file is None
    assert not excluded_of(parser().parse_args([command, *FOLDERS]))


def test_options_reach_the_recipe():
    args = parser().parse_args(["train-trace", *FOLDERS, "--hours", "0.5", "--batch", "3"])
    assert recipe_of(args, TraceOptions) == TraceOptions(hours=0.5, batch=3)


def test_an_excluded_record_that_is_no_number_is_one_sentence(capsys):
    assert main(["train-trace", *FOLDERS, "--exclude", "17,x"]) == 2
    said = "ecgscribe train-trace: --exclude '17,x' is no list of ecg_ids. Write it as 17,42.\n"
    assert capsys.readouterr().err == said
