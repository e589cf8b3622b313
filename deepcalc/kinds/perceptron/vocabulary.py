"""The names that can be asked for, told beside the fields."""

from __future__ import annotations

from deepcalc.kinds.registry import ASKED_FOR, Vocabulary

NAMES = {
    "z:2, o:2": "net input and output of sample 2, with the weights in the beginning, or with `rule: none`",
    "z:2@1, o:2@1, e:2@1": "those of the presentation after update 1, and its error",
    "w1@2, b@2": "the parameters after two presentations",
    "Delta.w1@2": "the change by the second",
    "o:2@8": "the output of sample 2 with the weights at the end, after eight presentations",
    "o_new": "the output for the inputs to `predict`; o_new:2 for the second of several",
    "misclassified, accuracy": "how many samples come out wrong with the weights at the end, and the share that does "
    "not",
    "slope, offset, crossing": "of the decision boundary of two inputs: its slope, where it meets the axis of the "
    "second and that of the first",
    "mistakes, total_mistakes": "error and mistake: the mistakes of each epoch (mistakes.1 those of the first), and "
    "of all",
    "squared_errors": "adaline: the sum of the squared errors of each epoch",
    "stop_epoch": "the epoch after which learning stops",
}


def vocabulary() -> Vocabulary:
    return {ASKED_FOR: NAMES}
