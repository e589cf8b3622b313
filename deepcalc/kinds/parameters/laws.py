"""What is counted of a layer: the laws in the names of its sizes, and what is counted wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from deepcalc.kinds._arrays import SlipRow
from deepcalc.notation.nodes import Plus
from deepcalc.notation.parser import parse
from deepcalc.records import record
from deepcalc.rules.model_sizes import CountMistake, SizeRule


@record
class Laws:
    """The laws of a rule as formulas, in a layer's ``names`` of sizes.

    What one layer counts is multiplied by ``times``, how many there are, and by its ``directions`` (empty for a single
    one), its multiply-adds by the ``tokens`` too (empty for a vector).
    """

    rule: SizeRule
    names: Mapping[str, str]
    has_biases: bool
    times: str
    directions: str
    tokens: str

    @property
    def repeated(self) -> str:
        return f"{self.times}{self.directions}"

    @property
    def weights(self) -> str:
        return self.law(self.rule.weights)

    @property
    def biases(self) -> str:
        return self.law(self.rule.biases) if self.has_biases else "0"

    @property
    def macs(self) -> str:
        return self.products(self.rule.macs, self.rule.pairs)

    @property
    def macs_note(self) -> str:
        if self.rule.macs == "0":
            return "no products with weights"
        each = "one for each weight" + (" and token" if self.tokens else "")
        pairs = "; then each query with each key, each weight with each value"
        return each + pairs if self.rule.pairs and self.tokens else each

    def law(self, text: str) -> str:
        """A law of the rule, for all the layers of the sort."""
        inner = text.format(T=self.tokens, **self.names)
        is_sum = isinstance(parse(inner), Plus)
        return f"{self.repeated}({inner})" if self.repeated and is_sum else f"{self.repeated}{inner}"

    def products(self, each: str, pairs: str) -> str:
        """Multiply-adds by laws for each token, and for each pair of tokens."""
        if not self.tokens:
            return self.law(each)
        by_pairs = f"{self.tokens}^2*({self.law(pairs)})" if pairs else ""
        by_token = f"{self.tokens}*({self.law(each)})" if each != "0" else "0"
        return " + ".join(filter(None, (by_token, by_pairs)))

    def mistakes(self, number: int) -> Iterator[SlipRow]:
        """What is counted wrongly in the layer of a number, by its rule."""
        rule = self.rule
        if self.has_biases and "0" not in (rule.macs, rule.biases):
            with_biases = self.products(f"{rule.macs} + {rule.biases}", rule.pairs)
            yield "biases-among-macs", "the biases counted among the multiply-adds", {f"macs{number}": with_biases}
        for mistake in rule.mistakes:
            if "{T}" in mistake.law and not self.tokens:
                continue
            counts = self._mistaken(mistake)
            if counts:
                yield mistake.key, mistake.message, {f"{count}{number}": law for count, law in counts.items()}

    def _mistaken(self, mistake: CountMistake) -> Mapping[str, str]:
        """What a mistake makes of the counts; nothing where it cannot be made."""
        if mistake.count == "pairs":
            pairs = "" if mistake.law == "0" else mistake.law
            return {"macs": self.products(self.rule.macs, pairs)} if self.tokens else {}
        if mistake.count == "macs":
            return {"macs": self.products(mistake.law, "")}
        if mistake.count == "biases" and not self.has_biases:
            return {}
        biases = {"biases": self.law(mistake.biases)} if mistake.biases and self.has_biases else {}
        return {mistake.count: self.law(mistake.law), **biases}

    def by_tokens(self, number: int) -> Iterator[SlipRow]:
        """What is the same for all tokens counted for each, and what is done for each counted once."""
        is_looked_up = any(each.is_table for each in self.rule.arrays)
        if not self.tokens or is_looked_up or self.rule.weights == "0":
            return
        shared = {f"weights{number}": f"{self.tokens}*({self.weights})"}
        if self.has_biases:
            yield "not-shared", "the weights counted for each token, though they are shared", dict(shared)
            shared[f"biases{number}"] = f"{self.tokens}*({self.biases})"
        yield "not-shared", "the parameters counted for each token, though they are shared", shared
        if self.rule.macs == "0":
            return
        alone = self.law(f"{self.rule.macs} + {self.rule.pairs}" if self.rule.pairs else self.rule.macs)
        yield "one-token", "the products of one token alone", {f"macs{number}": self.law(self.rule.macs)}
        if self.rule.pairs:
            yield "one-token", "the products of one token alone", {f"macs{number}": alone}
            each = f"{self.tokens}*({alone})"
            yield "one-key", "each query with one key, not with all of them", {f"macs{number}": each}
        elif not self.rule.recurrent:
            squared = f"{self.tokens}^2*({alone})"
            yield (
                "each-pair",
                "the products counted for each pair of tokens, not for each token",
                {f"macs{number}": squared},
            )

    def counted_once(self, number: int) -> Iterator[SlipRow]:
        """One layer counted where there are several, one direction where there are two."""
        for kept, message in (
            (replace(self, times=""), "one such layer counted, not all of them"),
            (replace(self, directions=""), "one direction counted, not both"),
        ):
            if kept != self:
                yield "counted-once", message, {f"weights{number}": kept.weights, f"biases{number}": kept.biases}
                yield "counted-once", message, {f"macs{number}": kept.macs}
