"""Broken problem files of every kind: what stands in them, where the error is told, and what it says.

In ``text`` a ``¦`` stands before each character that an error points at; it is no part of the file. ``said`` has a
piece of each message, in the order of the marks.
"""

from __future__ import annotations

from dataclasses import dataclass

MARK = "¦"


@dataclass(frozen=True)
class Broken:
    """A broken file; ``places`` are the expected lines and columns, where no mark can show them."""

    name: str
    text: str | bytes
    said: tuple[str, ...]
    places: tuple[tuple[int, int], ...] = ()

    @property
    def raw(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else self.text.replace(MARK, "").encode()

    @property
    def expected(self) -> list[tuple[int, int]]:
        """Line and column of each error."""
        if self.places or isinstance(self.text, bytes):
            return list(self.places)
        found = []
        for number, line in enumerate(self.text.split("\n"), start=1):
            pieces = line.split(MARK)
            found += [(number, sum(map(len, pieces[:index])) + 1) for index in range(1, len(pieces))]
        return found


def fields(name: str, text: str, *said: str) -> Broken:
    return Broken(name, text, said)


def formula(name: str, fields: str, *said: str) -> Broken:
    """A problem of the kind formula, in which x is 2 and z is 0."""
    return Broken(name, f"kind: formula\ngiven: {{x: 2, z: 0}}\n{fields}", said)


def defined(name: str, definition: str, *said: str) -> Broken:
    return formula(name, f"define:\n  f: {definition}", *said)


def part(name: str, fields: str, *said: str) -> Broken:
    return formula(name, f"define: {{f: x + z}}\n{fields}", *said)


def network(name: str, *said: str, **changed: str) -> Broken:
    """A network of two inputs and one sigmoid unit, with some of its fields written otherwise."""
    usual = {
        "inputs": "{x1: 1, x2: 2}",
        "layers": layer(),
        "values": "{w1: 0.1, w2: 0.2, b: 0.3}",
        "targets": "{a: 1}",
        "loss": "{function: mse}",
        "optimizer": "{learning_rate: 0.1}",
    }
    written = "\n".join(f"{field}: {value}" for field, value in {**usual, **changed}.items() if value)
    return Broken(name, f"kind: network\n{written}", said)


def layer(
    weights: str = "{x1: [w1], x2: [w2]}", biases: str = "[b]", units: str = "net: [z], out: [a]", more: str = ""
) -> str:
    return f"\n  - {{{units}, activation: sigmoid, weights: {weights}, biases: {biases}{more}}}"


def adam(name: str, *said: str, **changed: str) -> Broken:
    usual = {
        "method": "adam",
        "learning_rate": "0.1",
        "parameters": "{w: 1, b: 0}",
        "gradients": "{w: 0.5, b: 0.1}",
    }
    written = "\n".join(f"{field}: {value}" for field, value in {**usual, **changed}.items() if value)
    return Broken(name, f"kind: optimizer\n{written}", said)


def bomb() -> str:
    """Nine levels of nine aliases each: 9^9 values in a few hundred characters."""
    levels = "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    return f"a: &a [{','.join(['x'] * 9)}]\n{levels}"


YAML = [
    Broken("empty", "", ("the file is empty",), ((1, 1),)),
    Broken("only a comment", "# nothing\n", ("the file is empty",), ((1, 1),)),
    fields("a list", "¦- kind: formula", "a problem is a mapping of fields"),
    fields("a word", "¦hello", "a problem is a mapping of fields"),
    fields("a tab", "kind: formula\n¦\tgiven: {x: 1}", "a tab character: indent with spaces"),
    fields("a tab further in", "kind: formula\ngiven:\n  ¦\tx: 1", "a tab character: indent with spaces"),
    fields("a bracket that is not closed", "kind: formula\ngiven: ¦{x: 1\ndefine: {f: x}", "a bracket } or a comma"),
    fields(
        "a bracket not closed at the end", "kind: formula\ngiven: {x: 1, W: ¦[[1, 2], [3, 4]", "a bracket ] or a comma"
    ),
    fields(
        "a bracket closed by another",
        "kind: formula\ngiven: {x: [1, 2¦}]",
        "the bracket [ of line 2 is closed by another",
    ),
    fields(
        "a number's name in a text between brackets",
        "kind: choice\ngiven: {n: 1}\nquestions: {q: {question: Q, options: {a: first ¦{n}, b: x}, answer: a}}",
        "a text with a bracket in it needs quotes",
    ),
    fields(
        "an entry of an array between brackets",
        "kind: formula\ngiven: {x: [1, 2]}\ndefine: {f: x¦[1]}",
        "a text with a bracket in it needs quotes",
    ),
    fields("a # in a bracket", "kind: formula\ngiven: {x: 1}\ndefine: {f: x ¦#2}", "what follows ` #` is a comment"),
    fields(
        "a minus before a space", "kind: formula\ngiven: {x: 1}\ndefine:\n  f: ¦- x", "begins with a minus and a space"
    ),
    fields(
        "a minus in a bracket", "kind: formula\ngiven: {x: 1}\ndefine: {f: ¦- x}", "begins with a minus and a space"
    ),
    fields("a colon in a formula", "kind: formula\ngiven: {x: 1}\ndefine:\n  f: x¦: 2", "that holds `: ` needs quotes"),
    fields("a field within a text", "kind: formula\ngiven:\n  x: 1\n   ¦y: 2", "begin in the same column"),
    fields(
        "an entry's field elsewhere", "kind: formula\nparts:\n  - find: f\n   ¦points: 2", "begin in the same column"
    ),
    fields("a colon in a text", "title: a¦: b\nkind: formula", "a text that holds `: ` needs quotes"),
    fields("bad indentation", "kind: formula\ngiven:\n  x: 1\n ¦y: 2", "begin in the same column"),
    fields("a reserved character", "title: ¦@x", "a text that begins like this needs quotes"),
    fields("an unknown escape", 'title: "a¦\\q"', "a backslash is written twice"),
    fields("a quote that is not closed", 'title: ¦"a\nkind: formula\n', "this quote is not closed"),
    fields("a reserved character in a bracket", "kind: formula\ngiven: {x: ¦%5}", "begins like this needs quotes"),
    fields("a second document", "kind: formula\n¦---\nkind: formula", "one problem a file"),
    fields("a key given twice", "kind: formula\ngiven: {x: 1, ¦x: 2}", "`x` is given twice (first in line 2)"),
    fields("a list as key", "kind: formula\n? ¦[a, b]\n: 1", "a key must be plain text"),
    fields("a merge key", "kind: formula\ngiven:\n  ¦<<: {x: 1}", "merge keys (<<) are not part of YAML 1.2"),
    fields(
        "a Python object",
        "kind: formula\ngiven: {x: ¦!!python/object/apply:os.system ['echo hi']}",
        "the tag !!python/object/apply:os.system is not allowed",
    ),
    fields("a tag", "kind: ¦!mine formula", "the tag !mine is not allowed"),
    fields("a type tag", "kind: formula\ngiven: {x: ¦!!int 1}", "the tag !!int is not allowed"),
    Broken("an alias bomb", bomb(), ("more than 100,000 values",), ((6, 8),)),
    fields("an alias of itself", "kind: formula\ngiven: &g {x: ¦*g}", "the alias *g stands inside or before"),
    fields("an alias of nothing", "kind: formula\ngiven: ¦*g", "the alias *g stands inside or before"),
    Broken("10 MB", b"a" * 10_000_000, ("the file is too large",), ((1, 1),)),
    Broken("100 KB of [", "[" * 100_000, ("nested more than 64 levels deep",), ((1, 65),)),
    Broken("100 KB of {a:", "{a: " * 25_000, ("nested more than 64 levels deep",), ((1, 257),)),
    Broken("100 KB of -", "- " * 50_000, ("nested more than 64 levels deep",), ((1, 129),)),
    Broken("a NUL byte", b"kind: formula\ntitle: a\0b", ("the character U+0000 cannot stand",), ((2, 9),)),
    Broken("a control character", b"kind: formula\ntitle: a\x07b", ("the character U+0007",), ((2, 9),)),
    Broken("Latin-1", "kind: formula\ntitle: Übung".encode("latin-1"), ("is not UTF-8 text",), ((2, 8),)),
    Broken("UTF-16", "kind: formula".encode("utf-16"), ("is UTF-16 text; save it as UTF-8",), ((1, 1),)),
    Broken("UTF-16 without a mark", "kind: x".encode("utf-16-be"), ("is UTF-16 text; save it",), ((1, 1),)),
    Broken(
        "very many unknown fields",
        "kind: formula\n" + "".join(f"k{number}: &a{number} 1\n" for number in range(30_000)),
        ("expected at most 1,000 entries, found 30,001",),
        ((1, 1),),
    ),
]

COMMON = [
    fields("no kind", "¦title: x", "missing `kind`; the kinds are activation, "),
    fields("a misspelt kind", "kind: ¦netwrok", "unknown kind `netwrok` (did you mean `network`?)"),
    fields("a list of kinds", "kind: ¦[formula]", "expected the name of a kind"),
    part(
        "a number for a mapping",
        "rounding: ¦4",
        "expected a mapping of fields, found the number 4; the fields here are significant, ",
    ),
    part("text for a list", "parts: ¦f", "expected a list, found 'f'"),
    part("a list for text", "title: ¦[a]", "expected text, found a list of 1"),
    part("nothing for text", "title:¦", "expected text, found nothing"),
    part("a misspelt common field", "¦titel: x", "unknown field `titel` (did you mean `title`?)"),
    part("a part without find", "parts: [¦{id: a}]", "missing `find`"),
    part("find is empty", "parts: [{find: ¦[]}]", "expected at least 1 entry, found an empty list"),
    part("find is a mapping", "parts: [{find: ¦{f: 1}}]", "expected the name of a quantity such as h1, or a list"),
    part("find holds no names", "parts: [{find: [f, ¦3]}]", "such as h1, dL/dw21 or w21+, found the number 3"),
    part("a find that does not exist", "parts: [{find: [f, ¦ff]}]", "item `ff` (did you mean `f`?)"),
    part("a gradient that does not exist", "parts: [{find: ¦df/dy}]", "no quantity `y`"),
    part("a gradient of a given", "parts: [{find: ¦dx/dz}]", "x is given, so it has no derivative by z"),
    part("two parts of one name", "parts: [{id: a, find: f}, {id: ¦a, find: f}]", "the part `a` is given twice"),
    part("a part's name with a space", "parts: [{id: ¦a b, find: f}]", "expected a short label such as a, b or 2.1"),
    part("negative points", "parts: [{points: ¦-1, find: f}]", "expected a whole number from 0 up, found -1"),
    part("too many points", "parts: [{points: ¦1e20, find: f}]", "expected at most 1,000,000,000,000, found 1e20"),
    part("an unknown chain", "parts: [{find: f, chain: ¦path}]", "found 'path' (did you mean `paths`?)"),
    part("an unknown layout", "layout: ¦tabel", "expected steps or table, found 'tabel' (did you mean `table`?)"),
    part("places and significant", "rounding: {¦places: 3, significant: 4}", "or `places`, not both"),
    part("negative places", "rounding: {places: ¦-1}", "a whole number of digits from 0 to 30, found the number -1"),
    part("a thousand million places", "rounding: {places: ¦1e9}", "a whole number of digits from 0 to 30"),
    part("no significant figure", "rounding: {significant: ¦0}", "expected at least 1 significant figure"),
    part("an unknown carry", "rounding: {carry: ¦round}", "expected exact or rounded, found 'round'"),
    part("a group that does not exist", "rounding: {groups: {¦errors: {places: 2}}}", "no group `errors`"),
    part("an expected name that does not exist", "expected: {¦g: 3}", "no quantity, group or item `g`"),
    part("an expected text", "expected: {f: ¦nan}", "expected a number, or a list of numbers"),
    part("an expected nothing", "expected: {f: ¦null}", "expected a number, text, a list or a mapping, found nothing"),
    part("LaTeX that reads a file", "symbols: {x: {latex: ¦'\\input{/etc/passwd}'}}", "a LaTeX symbol holds letters"),
    part("LaTeX that runs a command", "symbols: {x: {latex: ¦'\\write18'}}", "\\write is not among the commands"),
    part("LaTeX with a brace left open", "symbols: {x: {latex: ¦'x_{1'}}", "the LaTeX symbol is not whole"),
    part("a symbol that turns the text", 'symbols: {x: {unicode: ¦"\\u202ex"}}', "the character U+202E is not"),
    part("a symbol that steers the terminal", 'symbols: {x: {unicode: ¦"\\e[31m"}}', "the character U+001B is not"),
    part("a symbol of 1000 characters", f"symbols: {{x: {{unicode: ¦{'y' * 1000}}}}}", "a symbol has 1 to 80"),
    Broken(
        "several errors",
        "kind: formula\n¦titel: x\ngiven: {x: ¦one}\ndefine: {f: x ¦$ 2}\nparts: [{find: ¦3, ¦pts: 1}]",
        ("(did you mean `title`?)", "found 'one'", "unexpected character '$'", "found the number 3", "`points`"),
    ),
    Broken(
        "the same error very often",
        "kind: formula\ngiven:\n" + "".join(f"  x{number:03}: a\n" for number in range(500)) + "define: {f: 1}",
        (*["expected a number, found 'a'"] * 100, "there are more errors; mend these first"),
        tuple((line, 9) for line in range(3, 104)),
    ),
]

FORMULA = [
    fields("no fields", "¦kind: formula\ngiven: {x: 1}", "missing `define`"),
    fields("a misspelt field", "kind: formula\n¦givn: {x: 1}\ndefine: {f: x}", "(did you mean `given`?)"),
    fields("a number as name", "kind: formula\ngiven: {¦1: 2}\ndefine: {f: 2}", "expected a name (a letter, then"),
    fields("a text as value", "kind: formula\ngiven: {x: ¦one}\ndefine: {f: x}", "expected a number, found 'one'"),
    fields("NaN", "kind: formula\ngiven: {x: ¦.nan}\ndefine: {f: x}", "expected a finite number, found .nan"),
    fields("infinity", "kind: formula\ngiven: {x: ¦-.inf}\ndefine: {f: x}", "expected a finite number, found -.inf"),
    fields("1e999999", "kind: formula\ngiven: {x: ¦1e999999}\ndefine: {f: x}", "the exponent of a number is at most"),
    fields(
        "100,000 digits", f"kind: formula\ngiven: {{x: ¦{'9' * 100_000}}}\ndefine: {{f: x}}", "a number has at most 60"
    ),
    formula("no definitions", "define: ¦{}", "expected at least 1 entry, found an empty mapping"),
    formula("a list of definitions", "define: ¦[x]", "expected a mapping, found a list of 1 (formulas in order, "),
    formula("a name given and defined", "define: {¦x: 1}", "a name is either given or defined"),
    formula("used before it is defined", "define: {f: 2*¦g, g: x}", "`g` is used before it is defined"),
    formula("a cycle", "define: {f: x + ¦g, g: f + 1}", "`f` and `g` are defined by each other (a cycle)"),
    formula("a note without definition", "define: {f: x}\nnotes: {¦g: x}", "`g` is not defined"),
    formula("a comma without quotes", "define: {f: max(x¦, z)}", "a text with a comma needs quotes"),
    defined("a cycle of one", "x + ¦f", "`f` is defined by itself (a cycle)"),
    defined("an unknown name", "x + ¦xx", "`xx` is neither given nor defined (did you mean `x`?)"),
    defined("a gradient of an unknown name", "'x*{¦dy/dx}'", "`y` is neither given nor defined"),
    defined("a gradient by an unknown name", "'x*{¦df/dx}'", "`f` is defined by itself (a cycle)"),
    defined("a gradient of a given name", "'1 + {¦dx/dz}'", "`dx/dz`: x is given, so it has no derivative by z"),
    formula("a gradient of what comes later", "define: {f: '2*{¦dg/dx}', g: x^2}", "`g` is used before it is defined"),
    formula("a cycle through a gradient", "define: {f: '{¦dg/dx}', g: f + x}", "`f` and `g` are defined by each other"),
    formula(
        "derivatives without end",
        f"define: {{f: tanh(x*x), g: '{{¦{'d' * 8}f{'/dx' * 8}}}'}}",
        "is made of derivatives, and is too long or of too high an order",
    ),
    formula(
        "derivatives of a long formula",
        f"define: {{f: {'*'.join(['tanh(x)*(x + 1)'] * 40)}, g: '{{¦ddf/dx/dx}}'}}",
        "is made of derivatives, and is too long or of too high an order",
    ),
    defined("a misspelt function", "x*¦sigmod(x)", "unknown function 'sigmod' (did you mean `sigmoid`?)"),
    defined("too many arguments", "¦exp(x, z)", "exp takes 1 argument, not 2"),
    defined("a formula that ends early", "x +¦", "expected a number, a name or a bracket, found the end"),
    defined("a bracket too many", "(x + 1)¦) + x", "expected an operator, found ')'"),
    defined("an empty formula", "¦''", "expected a number, a name or a bracket, found the end"),
    defined("no formula", "¦[x]", "expected a formula, found a list of 1"),
    defined("code", "¦__import__('os').system('x')", "unexpected character '_'"),
    defined("code in quotes", "\"¦__import__('os').system('x')\"", "unexpected character '_'"),
    defined("an attribute", "x¦.__class__", "unexpected character '.'"),
    defined("a lambda", "'(lambda¦: x)()'", "expected ')', found ':'"),
    defined("in single quotes", "'x + ¦''z'''", "expected a number, a name or a bracket"),
    defined("behind an escape", r'"x \x2b ¦$ z"', "unexpected character '$'"),
    defined("in a later line", "x +\n    z + ¦$", "unexpected character '$'"),
    defined("in a block", "|\n    x +\n    z ¦$", "unexpected character '$'"),
    defined("in a folded block", ">\n\n    x +\n    z + ¦$", "unexpected character '$'"),
    defined("9**9**9", "¦9**9**9", "f has no value: an exponent beyond 1000 is out of reach, in f = 9^9^9"),
    defined("a large exponent", "2**¦1001", "an exponent is at most 1000"),
    defined("a large number", "x + ¦1e999999", "the exponent of a number is at most 1000"),
    defined("10,000 brackets", f"¦{'(' * 10_000}x{')' * 10_000}", "a formula has at most 10000 characters"),
    defined("4,000 brackets", f"{'(' * 64}¦{'(' * 3_936}x{')' * 4_000}", "a formula is at most 64 levels deep"),
    defined("4,000 signs", f"{'-' * 65}¦{'-' * 3_935}x", "a formula is at most 64 levels deep"),
    defined("4,000 factors", f"¦{'*'.join('x' * 4_000)}", "a product in a formula has at most 100 factors"),
    defined("9,000 digits", f"¦{'9' * 9_000}", "a number has at most 60 digits"),
    defined("division by zero", "¦x/z", "f has no value: division by zero, in f = 2/0"),
    fields(
        "division by zero in letters",
        "kind: formula\ngiven: {a: }\ndefine: {f: ¦a/0, g: (f - a/2)/a}",
        "f has no value: division by zero, in f = a/0",
    ),
    fields(
        "division by a difference of the same",
        "kind: formula\ngiven: {a: , b: }\ndefine: {f: ¦a/(b - b)}",
        "f has no value: division by zero, in f = a/(b - b)",
    ),
    fields(
        "logarithm of a difference of the same",
        "kind: formula\ngiven: {a: }\ndefine: {f: ¦log(a - a)}",
        "f has no value: the logarithm of 0",
    ),
    defined("logarithm of 0", "¦log(z)", "f has no value: the logarithm of 0, in f = log(0)"),
    defined("logarithm of a negative number", "¦log(1 - x)", "the logarithm of a negative number, in f = log(1 - 2)"),
    defined("root of a negative number", "¦sqrt(1 - x)", "the square root of a negative number, in f = sqrt(1 - 2)"),
    defined("negative power of 0", "¦z^-1", "f has no value: division by zero"),
    defined("an overflow", "¦exp(exp(100))", "too large or too small to be written"),
    defined("a tower", "¦((9^1000)^1000)^1000", "the result is too large or too small to be written"),
    formula("an error further on", "define:\n  g: x - 2\n  f: ¦1/g", "f has no value: division by zero, in f = 1/0"),
]

NETWORK = [
    fields("a sender unknown",
           "kind: network\ninputs: {x: 1}\nlayers: [{name: h, net: [z], weights: {x: [2]}}, "
           "{from: [h, ¦g], combine: add, net: [s]}]", "`g` is neither a layer before nor one of its units"),
    fields("weights beside a sum", "kind: network\ninputs: {x: 1}\nlayers: [{from: inputs, combine: ¦add, net: [s], "
           "weights: {x: [1]}}]", "a layer has either `weights` or `combine: add`"),
    fields("a norm of one sample", "kind: network\ninputs: {x: 1}\nlayers: [{net: [z], weights: {x: [1]}, "
           "norm: ¦batch}]", "the statistics of a batch need `samples`"),
    fields("a bound without an update", "kind: network\ninputs: {x: 1}\ntargets: 1\nloss: mse\nlayers: [{net: [z], "
           "weights: {x: [1]}, max_norm: ¦2}]", "the norm is bounded after an update: give an `optimizer`"),
    fields("a validation sample with another input", "kind: network\ninputs: {x: 1}\ntargets: 1\nloss: mse\nlayers: "
           "[{net: [z], weights: {x: [1]}}]\noptimizer: {learning_rate: 1}\n"
           "validation: [{inputs: ¦{y: 1}, targets: 1}]", "expected the inputs of the training: x"),
    fields("no patience in a training", "kind: network\ninputs: {x: 1}\ntargets: 1\nloss: mse\nlayers: [{net: [z], "
           "weights: {x: [1]}}]\noptimizer:\n  learning_rate: 1\n  epochs: 2\n  early_stopping: {patience: ¦0}",
           "from 1 up"),
    fields("an inner product of unlike senders", "kind: network\ninputs: {x: 1}\nlayers: [{name: h, net: [a, b], "
           "weights: {x: [1, 2]}}, {from: [h, inputs], combine: ¦dot, net: [y]}]", "the senders have 2 and 1 entries"),
    fields("a skip to what is not there", "kind: network\nnotation: matrix\nX: [[1]]\nweights: {W1: [[1]]}\nlayers: "
           "[relu, {from: [¦X1, layer1], combine: add}]\n", "`X1` is no layer before this one (did you mean `X`?)"),
    fields("scales of another layer", "kind: network\nnotation: matrix\nX: [[1], [2]]\nweights: {W1: [[1]], "
           "¦gamma2: [1]}\nlayers: [{norm: batch}]\n", "there are no weights `gamma2` here (did you mean `gamma1`?)"),
    fields("a batch of validation beside single samples", "kind: network\ninputs: {x: 1}\ntargets: 1\nloss: mse\n"
           "layers: [{net: [z], weights: {x: [1]}}]\noptimizer: {learning_rate: 1}\n"
           "validation: ¦{X: [[1]], Y: [[1]]}\n",
           "expected a list of samples, each with `inputs` and `targets`"),
    fields("a mask of rows of unlike lengths", "kind: network\nnotation: matrix\nX: [[1], [2]]\nweights: "
           "{W1: [[1, 2]], W2: [[1], [2]]}\nlayers: [{dropout: {rate: 0.5, mask: ¦[[1, 0], [1]]}}, identity]\n",
           "the rows of a mask are of equal length"),
    fields("activations of more units than there are in a matrix", "kind: network\nnotation: matrix\nX: [[1]]\n"
           "weights: {W1: [[1, 2]]}\nlayers: [{activation: ¦[relu, tanh, relu]}]\n",
           "expected 2 activations, one for each unit, found 3"),
    fields("a value for the letter of an activation", "kind: network\ninputs: {x: 1}\n"
           "layers: [{net: [z], out: [h], activation: elu, alpha: , weights: {x: [2]}}]\nvalues: {¦alpha: 2}",
           "the name `alpha` is taken by the letter of a layer"),
    fields("a unit taken up twice", "kind: network\ninputs: {x: 1, y: 2}\n"
           "layers: [{net: [z], from: ¦{inputs: [1, 1]}, weights: [[1], [1]]}]", "expected each unit once, found 1"),
    fields("a unit that is not there", "kind: network\ninputs: {x: 1, y: 2}\n"
           "layers: [{net: [z], from: ¦{inputs: [1, 3]}, weights: [[1]]}]", "there is no unit 3 of `inputs`: it has 2"),
    fields("targets of a layer without a loss", "kind: network\nnotation: matrix\nX: [[1]]\nweights: "
           "{W1: [[1]], W2: [[1]]}\nlayers: [relu, relu]\nlosses: [{of: layer2, function: mse}]\n"
           "Y: {layer2: [[1]], ¦layer1: [[1]]}\n",
           "no loss is of `layer1` (did you mean `layer2`?)"),
    fields("noise of too many targets", "kind: network\ninputs: {x: 1}\ntargets: 1\ntarget_noise: ¦[0.1, 0.2]\n"
           "loss: mse\nlayers: [{net: [z], weights: {x: [1]}}]", "expected 1, one for each output, found 2"),
    fields("a beginning in the middle with half of it", "kind: network\ngiven: {a: 1}\nupstream: {o: 1}\n"
           "layers: [¦{net: [a, b]}, {net: [o], weights: {a: [1], b: [1]}}]", "has all of its net inputs in `given`"),
    fields("a fan of a scheme of both", "kind: network\ninputs: {x: 1}\nlayers: [{net: [z], weights: {x: [1]}}]\n"
           "initialization: {scheme: xavier, fan: ¦out}", "xavier is of both, fan in and fan out"),
    fields("a loss of no layer", "kind: network\ninputs: {x: 1}\ntargets: 1\nlayers: [{name: h, net: [z], "
           "weights: {x: [1]}}]\nlosses: [{of: ¦g, function: mse}]", "`g` is no layer"),
    fields("an own activation without z", "kind: network\ninputs: {x: 1}\nlayers: [{net: [z], out: [h], "
           "weights: {x: [1]}, activation: ¦2 + 1}]", "an activation is a formula in z"),
    fields("a weight of a class too many", "kind: network\nsamples: [{inputs: {x: 1}, targets: [1]}]\n"
           "layers: [{net: [z], out: [p], activation: sigmoid, weights: {x: [1]}}]\nloss: binary_cross_entropy\n"
           "class_weights: ¦[1, 2, 3]", "expected 2 weights, one for each class, found 3"),
    fields("a scheme unknown", "kind: parameters\nmlp: 3-2\ninitialization: {scheme: ¦xaver}",
           "(did you mean `xavier`?)"),
    fields("tied to no embedding", "kind: parameters\ninput: 4\nlayers: [{dense: {units: 9, tied: ¦true}}]",
           "tied weights are those of an embedding at the beginning, and there is none"),
    fields("a fan of both", "kind: parameters\nmlp: 3-2\ninitialization: {scheme: xavier, fan: ¦out}",
           "xavier is of both, fan in and fan out"),
    fields("differences of no squares", "kind: network\ninputs: {x: 1}\ntargets: 1\nlayers: [{net: [z], out: [p], "
           "activation: sigmoid, weights: {x: [1]}}]\nloss: binary_cross_entropy\nerror_terms: {difference: ¦e}",
           "differences are those of squared errors"),
    fields("no inputs", "¦kind: network\nlayers: [{net: [z], weights: {x: [1]}}]", "give either `inputs`"),
    network("inputs are a word", "expected a mapping or a list, found 'x'", inputs="¦x"),
    network("an input is a word", "expected a number, found 'one'", inputs="{x1: ¦one, x2: 2}"),
    network("inputs are nested", "expected a number, found a list of 2", inputs="[¦[1, 2], 3]"),
    network("no layers", "expected at least 1 entry, found an empty list", layers="¦[]"),
    network("a misspelt field of a layer", "(did you mean `weights`?)", layers="[{net: [a], ¦wieghts: {x1: [w1]}}]"),
    network("a field of the problem in its loss", "unknown field `reduction`; it is a field of the problem itself",
            loss="{function: mse, ¦reduction: sum}"),
    network("a field of the optimizer in the loss", "unknown field `learning_rate`; it is a field of `optimizer`",
            loss="{function: mse, ¦learning_rate: 1}"),
    network("an activation function for a loss", "found 'softmax', which is an activation function", loss="¦softmax"),
    network("a penalty for an activation", "`ridge` is a penalty, no activation function",
            layers="[{net: [z], out: [a], activation: ¦ridge, weights: {x1: [w1], x2: [w2]}, biases: [b]}]"),
    network("a penalty for one of several activations", "`ridge` is a penalty, no activation function",
            layers="[{net: [z], out: [a], activation: ¦[ridge], weights: {x1: [w1], x2: [w2]}, biases: [b]}]"),
    network("a loss for an update rule", "found 'mae', which is a loss",
            optimizer="{method: ¦mae, learning_rate: 0.1}"),
    network("a row is missing", "the weights of `x2` are missing", "`w2` is used nowhere",
            layers=layer("¦{x1: [w1]}"), values="{w1: 1, ¦w2: 1, b: 1}"),
    network("a row of no sender", "`x3` is no unit of the layer before",
            layers=layer("{x1: [w1], x2: [w2], ¦x3: [w2]}")),
    network("a row too long", "expected 1 weight, one for each receiver, found 2",
            layers=layer("{x1: ¦[w1, w1], x2: [w2]}")),
    network("a row is no list", "expected a list, found a mapping", layers=layer("{x1: ¦{w: 1}, x2: [w2]}")),
    network("a weight is a text", "expected a number or a name, found 'w 1'", layers=layer("{x1: [¦w 1], x2: [w2]}")),
    network("a weight without value", "`v` has no value: give it under `values`", layers=layer("{x1: [w1], x2: [¦v]}"),
            values="{w1: 1, b: 1}"),
    network("a square matrix without rows", "a square matrix says what a row belongs to: {rows: senders, matrix: [[…",
            layers=layer("¦[[1, 2], [3, 4]]", "[b, b]", "net: [y, z], out: [a, c]"),
            values="{b: 1}", targets="{a: 1, c: 0}"),
    network("a matrix of another shape", "expected 2 x 1 (a row for each sender) or 1 x 2 (a row for each receiver), "
            "found 1 x 3", layers=layer("¦[1, 2, 3]"), values="{b: 1}"),
    network("a matrix of no rows", "expected at least 1 entry, found an empty list", layers=layer("¦[]"),
            values="{b: 1}"),
    network("rows of what", "expected senders or receivers, found 'sender' (did you mean `senders`?)",
            layers=layer("{rows: ¦sender, matrix: [[1], [2]]}")),
    network("a misspelt matrix", "unknown field `matrx` (did you mean `matrix`?)",
            layers=layer("{rows: senders, ¦matrx: [[1], [2]]}")),
    network("a flat matrix", *["expected a list, found the number 1"] * 2,
            layers=layer("{rows: senders, matrix: [¦1, ¦1]}")),
    network("a matrix the other way round", "expected 2 rows (one for each of the senders) of 1, found 1 rows",
            layers=layer("{rows: senders, matrix: ¦[[1, 2]]}"), values="{b: 1}"),
    network("too many biases", "expected 1 bias, one for each unit, found 2", layers=layer(biases="¦[b, b]")),
    network("a last layer named as the first", "the name `y` is given twice", inputs="{x: 1}", targets="{y: 2}",
            layers="\n  - {net: [y], weights: {x: [w]}}\n  - {net: [z], weights: {y: [w]}}"
            "\n  - {net: [¦y], weights: {z: [w]}}", values="{w: 0}"),
    network("a unit named twice", "the name `x1` is given twice", layers=layer(units="net: [¦x1], out: [a]")),
    network("no name for the output", "missing `out`: the outputs after sigmoid need names", "the target of `z` is",
            "`a` is no output", layers="[{net: [z], activation: ¦sigmoid, weights: {x1: [w1], x2: [w2]}, biases: [b]}]",
            targets="¦{¦a: 1}"),
    network("no units", "expected a whole number from 1 up, found 0", layers=layer(units="units: ¦0")),
    network("a thousand million units", "expected at most 10,000, found 1e9", layers=layer(units="units: ¦1e9")),
    network("an unknown activation", "`sigmod` is no activation (did you mean `sigmoid`?)",
            layers="[{net: [z], out: [a], activation: ¦sigmod, weights: {x1: [w1], x2: [w2]}, biases: [b]}]"),
    network("a slope of no use", "a slope goes with leaky_relu and prelu", layers=layer(more=", slope: ¦0.1")),
    network("an unknown loss", "cosine_similarity, cross_entropy or focal, found 'msee'",
            loss="{function: ¦msee}"),
    network("a loss that does not fit", "categorical cross-entropy needs a softmax output",
            loss="{function: ¦categorical_cross_entropy}"),
    network("a loss's name is taken", "the name `a` is taken already; choose another one here",
            loss="{name: ¦a, function: mse}"),
    network("a target too many", "expected 1 targets, one for each output, found 2", targets="¦[1, 2]"),
    network("a target of no output", "the target of `a` is missing", "`o` is no output", targets="¦{¦o: 1}"),
    network("a target out of range", "a cross-entropy's targets are from 0 to 1; t is 2", targets="¦{a: 2}",
            loss="{function: cross_entropy}"),
    network("a loss without targets", "a loss needs `targets`", targets="", loss="¦{function: mse}"),
    network("a negative learning rate", "expected a number above 0, found -0.1", optimizer="{learning_rate: ¦-0.1}"),
    network("no learning rate", "missing `learning_rate`", optimizer="¦{}"),
    network("an optimizer's name alone", "missing `learning_rate` (the learning rate", optimizer="¦sgd"),
    network("train what", "expected all, weights, biases or a list, found 'weigths' (did you mean `weights`?)",
            train="¦weigths"),
    network("train what is not there", "`w3` is no weight or bias of the network", train="[w1, ¦w3]"),
    network("a value of no use", "`c` is used nowhere", values="{w1: 1, w2: 1, b: 1, ¦c: 1}"),
    network("an unknown order", "found 'w*x - b' (did you mean `w*x + b`?)", net_input="¦w*x - b"),
    network("no samples", "expected at least 1 entry, found an empty list", inputs="", targets="", samples="¦[]"),
    network("an update too far", "item `w1@2` (did you mean `w1@1`?)", parts="[{find: ¦w1@2}]"),
]  # fmt: skip

OTHER_KINDS = [
    adam("an unknown method", "nadam, amsgrad or lion, found 'adm'", method="¦adm"),
    adam("several methods as one", "amsgrad or lion, found a list of 2", method="¦[sgd, adam]"),
    adam("a sample of nothing", "a sample has the values of its names", gradients="",
         objective="(w - b)^2", samples="[¦{}]"),
    adam("a negative rate", "expected a number at least 0, found -0.1", learning_rate="¦-0.1"),
    adam("a decay of 1", "expected a number at least 0 and below 1, found 1", beta1="¦1"),
    adam("another method's setting", "`momentum` belongs to sgd, momentum, nesterov and rmsprop; adam takes",
         **{"¦momentum": "0.9"}),
    adam("no parameters", "expected at least 1 entry, found an empty mapping", parameters="¦{}"),
    adam("a gradient is missing", "no gradient by b in step 1", gradients="¦{w: 1}"),
    adam("a gradient in another shape", "expected the shape of w, a vector of 2, not a number",
         parameters="{w: [1, 2]}", gradients="{w: ¦1}"),
    adam("an objective that is no number", "J is a vector of 2; sum its entries up", parameters="{w: [1, 2]}",
         gradients="", objective="¦w^2"),
    adam("samples that differ", "every sample has the names of the first one, x and y", gradients="",
         samples="[{x: 1, y: 2}, ¦{x: 1}]", objective="(w*x + b - y)^2"),
    adam("a batch without samples", "`batch_size` goes with `samples` or `objectives`", gradients="",
         objective="w^2 + b^2", **{"¦batch_size": "2"}),
    adam("a run with another method's setting", "`momentum` belongs to sgd, momentum, nesterov and rmsprop",
         runs="[{beta1: 0.8}, {¦momentum: 0.5}]"),
    adam("a warm-up before a warm-up", "linear_warmup has a warm-up of its own, over `steps`",
         schedule="{kind: linear_warmup, steps: 4, warmup: ¦2}"),
    Broken("labels of pairs without pairs", "kind: loss\nfunction: mse\n¦same_class: 0\ntargets: [1]\npredictions: [2]",
           ("`same_class` belongs to contrastive, not to mse",)),
    adam("a milestone below 0", "expected a whole number from 0 up, found -2",
         schedule="{kind: MultiStepLR, gamma: 0.1, milestones: [¦-2]}"),
    adam("a rate of no corrections", "there is no bias correction; give `bias_correction: true`",
         bias_correction="false", bias_correction_in_rate="¦true"),
    adam("a scale of no decay", "`decay_times_rate` goes with a decoupled `weight_decay`",
         **{"¦decay_times_rate": "false"}),
    adam("a bound by two names", "`clipnorm` is another name of `norm_of_each`, which is given too",
         clip="{norm_of_each: 1, ¦clipnorm: 1}"),
    adam("a method twice", "`adam` is taken already", methods="[adam, ¦adam]"),
    adam("a minimum of nothing", "the minimum has a value for each parameter, w and b", gradients="",
         objective="w^2 + b^2", minimum="¦{v: 0}"),
    adam("an end that nothing decides", "`K` is neither a parameter nor the objective", gradients="",
         objective="w^2 + b^2", until="¦K < 1"),
    adam("a search with Adam", "an exact search goes with sgd, backtracking with sgd and newton", gradients="",
         objective="w^2 + b^2", **{"line_search": "¦exact"}),
    adam("a search of another sort", "expected exact, found 'armijo'", gradients="", objective="w^2 + b^2",
         line_search="¦armijo"),
    adam("a gradient of nothing", "`c` is not among the parameters", gradients="{w: 1, b: 1, ¦c: 1}"),
    adam("steps without end", "expected at most 1000 steps, found 1000000000", gradients="", objective="w + b",
         steps="¦1e9"),
    adam("an objective that cannot be read", "expected a number, a name or a bracket, found '*'", gradients="",
         objective="w^2 +¦* b"),
    adam("an objective of unknown names", "`c` is not among the parameters", gradients="", objective="¦c^2 + w"),
    adam("a state that is not kept", "no state `q`: adam keeps m and v", initial="{¦q: {w: 1}}"),
    adam("a yes that is text", "expected true or false, found 'yes'", bias_correction="¦yes"),
    adam("a step by nothing", "w@1 has no value: division by zero", gradients="{w: 0, b: 1}", epsilon="¦0"),
    fields("a perceptron without an input",
           "kind: perceptron\ninputs: [[1, 2], ¦[1]]\ntargets: [0, 1]\nweights: [1, 1]",
           "expected 2 inputs, one for each weight, found 1"),
    fields("an unknown penalty", "kind: regularization\npenalty: ¦l3", "expected l1, l2 or elastic_net, found 'l3'"),
    fields("no regularizer", "¦kind: regularization\nstrength: 1", "give either `penalty` (l1, l2, elastic_net)"),
    Broken("parameters of other epochs",
           "kind: regularization\nmethod: early_stopping\nlosses: [1, 2]\npatience: 1\nparameters: {w: ¦[1]}",
           ("expected 2 values, one after each epoch, found 1",)),
    fields("parameters that are none", "kind: regularization\nmethod: early_stopping\nlosses: [1, 2]\npatience: 1\n"
           "parameters: ¦{}", "at least 1"),
    fields("a state by two of its names", "kind: optimizer\nmethod: adagrad\nlearning_rate: 1\nparameters: {x: 1}\n"
           "gradients: [{x: 1}]\ninitial: {s: {x: 1}, ¦r: {x: 4}}", "`r` is another name of `s`, which is given too"),
    network("two numbers that are both called lambda", "write that as `elastic_net` with `l1` and `l2`",
            penalty="{function: l2, strength: 0.1}", optimizer="¦{method: adamw, learning_rate: 0.1}"),
    fields("two numbers of matrices that are both called lambda",
           "kind: network\nnotation: matrix\nX: [[1, 2], [0, 1]]\nY: [0, 1]\n"
           "weights: {W: [[1, 2], [0, 1]], b: [0, 0]}\nlayers: [softmax]\nloss: cross_entropy\n"
           "penalty: {function: l2, strength: 0.1}\noptimizer: ¦{method: adamw, learning_rate: 0.1}",
           "write that as `elastic_net` with `l1` and `l2`"),
    network("a weight by the name of a method's number", "it is fixed here, so rename what else has it",
            layers="[{net: [z], out: [a], weights: {x1: [beta1], x2: [w2]}}]", values="{beta1: 0.1, w2: 0.2}",
            optimizer="¦{method: adam, learning_rate: 0.1}"),
    Broken("one of two strengths", "kind: regularization\npenalty: ¦elastic_net\nl1: 1\nweights: {w: 1}",
           ("elastic_net needs `strength` and `ratio`, or `l1` and `l2`",)),
    network("a penalty without its strength", "l2 needs `strength`", penalty="¦{function: l2}"),
    fields("another regularizer's field", "kind: regularization\npenalty: l1\nstrength: 1\nweights: {w: 1}\n¦rate: 0.5",
           "`rate` is no field of l1"),
    fields("a mask too short", "kind: regularization\nmethod: dropout\nrate: 0.5\noutputs: {h1: 1, h2: 2}\nmask: ¦[1]",
           "expected 2 entries, one for each of the outputs, found 1"),
    fields("a mask of 2", "kind: regularization\nmethod: dropout\nrate: 0.5\noutputs: {h1: 1}\nmask: [¦2]",
           "expected 1 (kept) or 0 (dropped), found 2"),
    fields("everything dropped", "kind: regularization\nmethod: dropout\nrate: ¦1\noutputs: {h1: 1}\nmask: [1]",
           "expected a number at least 0 and below 1, found 1"),
    fields("dropout without a probability", "kind: regularization\nmethod: ¦dropout\noutputs: {h1: 1}\nmask: [1]",
           "dropout needs `rate`, the probability that a unit is dropped, or `keep_prob`, that it is kept"),
    network("dropping and keeping", "dropout needs `rate`, the probability that a unit is dropped, or `keep_prob`",
            layers="[{net: [z], out: [h], weights: {x1: [w1], x2: [w2]}, biases: [b], "
            "dropout: ¦{rate: 0.5, keep_prob: 0.5, mask: [1]}}, {net: [a], weights: {h: [1]}}]"),
    fields("nothing is kept", "kind: regularization\nmethod: dropout\nkeep_prob: ¦0\noutputs: {h1: 1}\nmask: [1]",
           "expected a number above 0 and at most 1, found 0"),
    network("a number that is not there to judge by", "`acc` has no value after an epoch",
            optimizer="{learning_rate: 0.1, epochs: 2, early_stopping: {patience: 1, monitor: ¦acc}}"),
    network("an accuracy of one sample", "an accuracy is the share of several `samples`", classify="{accuracy: ¦acc}"),
    network("biases of a bounded layer that has none", "the layer has no biases",
            layers="[{net: [z], out: [a], weights: {x1: [w1], x2: [w2]}, max_norm: {bound: 1, biases: ¦true}}]",
            values="{w1: 0.1, w2: 0.2}"),
    fields("no patience", "kind: regularization\nmethod: early_stopping\npatience: ¦0\nlosses: [1]",
           "expected a whole number from 1 up, found 0"),
    fields("a loss unknown", "kind: loss\nfunction: ¦mss\ntargets: 1\npredictions: 1", "(did you mean `mse`?)"),
    fields("samples without prediction", "kind: loss\nfunction: mse\ntargets: [1, 2]\npredictions: ¦[1]",
           "expected 2 samples as in the targets, found 1"),
    fields("numbers and lists", "kind: loss\nfunction: mse\ntargets: [[1], ¦2]\npredictions: [1, 2]",
           "give either a number for each sample, or a list for each"),
    fields("an impossible probability", "kind: loss\nfunction: cross_entropy\ntargets: 1\npredictions: ¦1.2",
           "expected a probability from 0 to 1, found 1.2"),
    fields("probabilities that do not sum to 1",
           "kind: loss\nfunction: cross_entropy\ntargets: [[1, 0]]\npredictions: [¦[0.2, 0.3]]", "these sum to 0.5"),
    fields("a prediction of 0", "kind: loss\nfunction: cross_entropy\ntargets: 1\npredictions: ¦0",
           "L has no value: the logarithm of 0, in L = -(1*log(0)"),
    fields("20,000 samples", f"kind: loss\nfunction: mse\ntargets: ¦[{'1,' * 20_000}]\npredictions: ¦[{'1,' * 20_000}]",
           *["expected at most 1,000 entries, found 20,000"] * 2),
    fields("an unknown function", "kind: activation\nfunction: [relu, ¦sigmod]\nat: 1", "(did you mean `sigmoid`?)"),
    fields("a function given twice", "kind: activation\nfunction: [relu, ¦relu]\nat: 1", "`relu` is given twice"),
    fields("at no point", "kind: activation\nfunction: relu\nat: ¦[]", "expected at least 1 entry"),
    fields("too far out", "kind: activation\nfunction: sigmoid\nat: ¦-1e9", "has no value: the exponential is too"),
    fields("a flat input", "kind: convolution\ninput: ¦[]\nlayers: [{conv: {filters: 1, kernel: 1}}]",
           "expected height x width x channels such as 32x32x3"),
    fields("filters without channels", "kind: convolution\ninput: 32x32\nlayers: [{conv: {filters: ¦1, kernel: 1}}]",
           "filters make channels"),
    fields("a formula of another size",
           "kind: convolution\ninput: 4x4\nlayers: [{max_pool: 2}]\nsize_formula: ¦floor((n - k)/s)",
           "this is not the size behind a kernel"),
    fields("a transposed convolution as large as its input",
           "kind: filtering\nX: [1, 2]\nkernel: [1, 1]\nmode: transposed\npadding: ¦same",
           "the padding is a number: so much is cut off"),
    fields("two inputs of a layer",
           "kind: convolution\ninput: 4x4\nlayers: [{max_pool: {kernel: 2, input: 8, ¦from: 0}}]",
           "has an input of its own; leave `from` out"),
    fields("a kernel larger than its input",
           "kind: convolution\ninput: 3x3x1\nlayers: [{conv: {filters: 1, kernel: ¦4}}]",
           "the kernel 4x4 of layer 1 (convolution) is larger than its input 3x3"),
    fields("no stride", "kind: convolution\ninput: 3x3x1\nlayers: [{max_pool: {kernel: 2, stride: ¦0}}]",
           "expected a whole number from 1 up, found 0"),
    fields("negative padding", "kind: convolution\ninput: 3x3x1\nlayers: [{max_pool: {kernel: 2, padding: ¦-1}}]",
           "expected a whole number from 0 up, found -1"),
    fields("a misspelt padding", "kind: convolution\ninput: 3x3x1\nlayers: [{max_pool: {kernel: 2, padding: ¦sam}}]",
           "(did you mean `same`?)"),
    fields("an unknown layer", "kind: convolution\ninput: 3x3x1\nlayers: [¦{convv: {filters: 1}}]",
           "unknown layer `convv` (did you mean `conv`?)"),
    fields("a misspelt kernel", "kind: convolution\ninput: 3x3x1\nlayers: [{conv: {filters: 1, ¦kernl: 1}}]",
           "unknown field `kernl` (did you mean `kernel`?)"),
    fields("a dense layer on an image", "kind: convolution\ninput: 3x3x1\nlayers: [{dense: ¦3}]",
           "needs a vector, and its input is 3x3x1: put `- flatten` before it"),
    fields("a sum of different shapes", "kind: convolution\ninput: 4x4x1\nlayers: [{max_pool: 2}, {add: ¦0}]",
           "joins 2x2x1 with 4x4x1 of layer 0: their shapes must be equal"),
    fields("layers and code", "kind: convolution\ninput: 4x4x1\nlayers: [relu]\n¦code: nn.Sequential(nn.ReLU())",
           "give either the `layers` or `code` that has them"),
    fields("a value before the first one", "kind: convolution\ninput: 3x3x1\nlayers: [relu]\nseen_from: ¦0",
           "expected a whole number from 1 up, found 0"),
    fields("one letter for two numbers", "kind: convolution\ninput: 3x3x1\nlayers: [relu]\nletters: {input: ¦S}",
           "S stands for input and for stride; give each its own letter"),
    fields("a class whose layer is missing", "kind: convolution\ninput: 4x4x1\ncode: |\n  class Net(nn.Module):\n"
           "    def forward(self, x):\n      return ¦self.conv(x)\n", "`self.conv` has not been set"),
    fields("an unknown class in the code", "kind: convolution\ninput: 4x4x1\ncode: nn.Sequential(¦nn.Conv(1, 2, 3))",
           "unknown layer `Conv`"),
    fields("a size that nothing leads to", "kind: convolution\ninput: 4x4x1\nlayers: [{max_pool: 2}]\nwanted: ¦2",
           "nothing is to be found"),
    fields("no kernel", "kind: convolution\ninput: 3x3x1\nlayers: [{conv: ¦{filters: 1}}]", "missing `kernel`"),
    fields("heads that do not fit", "kind: attention\nX: [[1, 0], [0, 2]]\nheads: ¦3",
           "cannot be cut into 3 equal parts"),
    fields("keys that do not fit", "kind: attention\nQ: [[1, 0]]\nK: ¦[[1, 0, 1]]\nV: [[1]]",
           "S: a product of 1 × 2 with 3 × 1 does not exist"),
    fields("too many encodings", "kind: attention\npositions: ¦{count: 100000000, size: 8}",
           "expected at most 16,384 entries of encodings, found 800,000,000"),
    fields("a token that is no matrix", "kind: attention\nX: ¦3\nlayer_norm: {where: before}",
           "the tokens are a matrix, not a number"),
    fields("a ragged matrix", "kind: attention\nX: ¦[[1, 0], [0]]", "found a list of 1 (place 2) after a list of 2"),
    fields("entries that there are not",
           "kind: formula\ngiven: {X: [[1, 2], [3, 4]]}\ndefine: {Z: X @ X, s: sum(Z)}\n"
           "parts: [{find: [¦Z.3.1, ¦ds/dX.0.1, ¦Z.1], entries: [¦Q.1.1, ¦Z, all]}]",
           "there is no row 3: rows count from 1 to 2", "entries count from 1",
           "an entry of Z, which is 2 × 2, has 2 numbers", "no quantity, group or item `Q.1.1`",
           "`Z` is no entry of an array"),
    fields("what entries count from", "kind: formula\ncount_from: ¦2\ngiven: {x: [1, 2]}\ndefine: {s: sum(x)}",
           "expected at most 1, found 2"),
    fields("a ragged array of a formula", "kind: formula\ngiven: {X: ¦[[[1], [2]], [[1]]]}\ndefine: {f: sum(X)}",
           "found a list of 1 x 1 (place 2) after a list of 2 x 1"),
    fields("numbers among rows", "kind: formula\ngiven: {X: ¦[[1, 2], 3]}\ndefine: {f: sum(X)}",
           "found a number (place 2) after a list of 2"),
    fields("an unknown cell", "kind: recurrent\ncell: ¦lstmm\ninputs: [1]", "(did you mean `lstm`?)"),
    fields("a cell without its weights", "kind: recurrent\ninputs: [1]\n¦weights: {W_x: 1}", "missing W_h in"),
    fields("a layer above without its weights",
           "kind: recurrent\ninputs: [1]\nweights: {W_x: 1, W_h: 1}\nabove: [{¦weights: {W_x: 1}}]", "missing W_h in"),
    fields("weights by both of their names",
           "kind: recurrent\ninputs: [1]\nnames: {W_x: U}\nweights: {W_x: 1, ¦U: 2, W_h: 0.5}",
           "`U` is another name of `W_x`, which is given too"),
    fields("states of a layer by both of their names",
           "kind: recurrent\ninputs: [1]\nnames: {h: s}\nweights: {W_x: 1, W_h: 1}\n"
           "above: [{weights: {W_x: 1, W_h: 1}, initial: {¦s: 1, h: 2}}]",
           "`s` is another name of `h`, which is given too"),
    fields("projections by both of their names",
           "kind: attention\nX: [[1, 2]]\nweights: {¦W_q: [[1], [0]], W_Q: [[2], [0]]}",
           "`W_q` is another name of `W_Q`, which is given too"),
    fields("layers of a cell that has one",
           "kind: recurrent\ncell: jordan\nsizes: {inputs: 2, units: 3, outputs: 1, layers: ¦2}",
           "it has one layer and one direction"),
    fields("sizes that are no sizes",
           "kind: attention\nheads: ¦[]\nsizes: {model: ¦.nan, hidden: ¦{}, sequence: ¦true}",
           "expected a number", "expected a finite number", "expected a number", "expected a number"),
    fields("heads that are not shared equally",
           "kind: attention\nheads: 8\nsizes: {model: 64, kv_heads: ¦3, ¦layers: 2}",
           "8 heads cannot share 3", "`layers` goes with `sequence`"),
    fields("other tokens than those of no sequence", "kind: attention\nsizes: {model: 4, ¦context: 3}",
           "`context` goes with `sequence`"),
    fields("layers beside sizes", "kind: recurrent\nsizes: {inputs: 2, units: 3}\n¦above: [{weights: {W_x2: 1}}]",
           "leave out `above` (further layers are `layers` in `sizes`)"),
    fields("peepholes of sizes without them",
           "kind: recurrent\ncell: gru\nsizes: {inputs: 2, units: 3}\npeepholes: ¦true", "gru has no peepholes"),
    fields("a merge of one direction", "kind: recurrent\ninputs: [1]\nweights: {W_x: 1, W_h: 1}\n¦merge: sum",
           "there is one direction"),
    fields("a feed-forward network without its way back",
           "kind: attention\nX: [[1, 2]]\nfeed_forward: ¦{W_1: [[1], [2]]}", "missing `W_2`"),
    fields("no steps of a sequence", "kind: recurrent\ninputs: ¦[]", "expected at least 1 entry, found an empty list"),
    fields("labels without predictions", "kind: evaluation\nlabels: ¦[1]", "give either `predictions` or `scores`"),
    fields("nothing to measure", "¦kind: evaluation\ncandidate:\n", "nothing to measure: give one of"),
    fields("a prediction too many", "kind: evaluation\npredictions: ¦[1, 0]\nlabels: [1]",
           "expected one for each of the 1 labels, found 2"),
    fields("nothing for boxes", "¦kind: evaluation\nboxes: ~", "nothing to measure"),
    fields("a grid that is none",
           "kind: design\ninputs: [x]\ndefine: {y: w*x}\ntarget: x\nsolution: {w: 1}\n"
           "grid: {x: [1, ¦true, ¦{}], z: ¦3}",
           "expected a number", "expected a number", "expected a list"),
    fields("boxes that are none", "kind: evaluation\nboxes: {A: ¦3, B: [1, 2, ¦[], 4]}",
           "expected a list", "expected a number"),
    fields("a box with the numbers of two formats",
           "kind: evaluation\nboxes: {A: ¦{x1: 0, y1: 0, x2: 1, w: 1}, B: [0, 0, 1, 1]}",
           "expected the numbers of a box as {x1, y1, x2, y2}, {x1, y1, w, h} or {x, y, w, h}"),
    fields("proposals that are none", "kind: evaluation\nproposals: [¦3, {box: ¦true, score: 1}, ¦{score: 1}]",
           "expected a mapping", "expected a list", "missing `box`"),
    fields("an unknown normalisation", "kind: normalization\nX: [[1, 2], [3, 4]]\nmethod: ¦bach", "mean `batch`?"),
    fields("a name in small letters", "kind: normalization\n¦x: [[1, 2], [3, 4]]\nX: [[1]]\nmethod: batch",
           "unknown field `x` (did you mean `X`?)"),
    fields("a bias and a threshold",
           "kind: perceptron\ninputs: [[1]]\ntargets: [1]\nweights: [1]\nbias: 1\n¦threshold: 2",
           "give either `bias` or `threshold`, which stands in its place"),
    fields("a sample with other inputs", "kind: perceptron\nweights: [1]\nsamples: [{inputs: {u: 1}, target: 1}, "
           "{inputs: ¦{v: 1}, target: 0}]", "expected the inputs by the names of the first one, u"),
    fields("an input by a reserved name", "kind: perceptron\nweights: [1, 1]\nsamples: [{inputs: {u: 0, ¦t: 1}, "
           "target: 1}, {inputs: {u: 1, t: 1}, target: 0}]", "`t` stands for something else here; choose another name"),
    fields("an input by the name of a weight", "kind: perceptron\nweights: [1, 1]\nsamples: [{inputs: {¦w1: 0, u: 1}, "
           "target: 1}]", "`w1` stands for something else here; choose another name"),
    fields("a weight by the name of an input", "kind: perceptron\nweights: {¦x: 1}\ninputs: [[1]]\ntargets: [1]",
           "`x` stands for something else here; choose another name"),
    fields("the steps of a unit that learns nothing", "kind: perceptron\nrule: none\nweights: [1]\n"
           "predict: [[1]]\n¦epochs: 3",
           "goes with a rule by which the unit learns"),
    fields("an input and a list of inputs to predict", "kind: perceptron\nrule: none\nweights: [1, 1]\n"
           "predict: [1, ¦[1, 0]]", "expected a number, found a list of 2"),
    fields("a gradient by a layer that is not the last",
           "kind: network\ninputs: [1]\nlayers: [{units: 2, weights: [[1, 2]]}]\n"
           "upstream: ¦{a0: [1, 2]}", "expected a derivative by each of the outputs"),
    fields("a velocity of no weight", "kind: network\ninputs: {x: 1}\nlayers: [{net: [o], weights: {x: [w]}}]\n"
           "values: {w: 1}\ntargets: {o: 1}\nloss: mse\noptimizer: {method: momentum, learning_rate: 0.1, "
           "initial: {v: {¦u: 1}}}", "`u` is not among the parameters that are updated"),
    fields("a criterion of another name", "kind: perceptron\nrule: adaline\nweights: [1]\ninputs: [[1]]\n"
           "targets: [1]\nuntil: ¦E < 1", "`E` has no value after an epoch"),
    fields("a step unit below 0", "kind: perceptron\nweights: [1]\ninputs: [[1]]\ntargets: [1]\nat_zero: ¦-1",
           "a unit with the targets 0 and 1 never gives -1"),
    fields("classes that are none", "kind: regression\nmodel: logistic\nx: [1, 2]\ny: ¦[0, 2]\ntheta: [0, 1]",
           "expected classes 0 and 1, found 2"),
    fields("a class beyond the last one", "kind: regression\nmodel: softmax\nclasses: 2\nx: [1, 2]\ny: [0, ¦2]\n"
           "optimizer: {learning_rate: 1}", "expected the number of a class, from 0 to 1, found 2"),
    fields("other classes than the rows have", "kind: regression\nmodel: softmax\nclasses: ¦5\nx: [1, 2]\n"
           "y: [[1, 0], [0, 1]]\noptimizer: {learning_rate: 1}", "the rows of targets are of 2 classes, not of 5"),
    fields("a single class", "kind: regression\nmodel: softmax\nx: [1, 2]\ny: ¦[0, 0]\n"
           "optimizer: {learning_rate: 1}", "these targets are all of one class; say how many there are in `classes`"),
    fields("rows of a single class", "kind: regression\nmodel: softmax\nx: [1, 2]\ny: ¦[[1], [1]]\n"
           "optimizer: {learning_rate: 1}", "expected one-hot rows of at least two classes"),
    fields("classes of two", "kind: regression\nmodel: logistic\n¦classes: 2\nx: [1, 2]\ny: [0, 1]\ntheta: [0, 1]",
           "`classes` belongs to softmax"),
    fields("a closed form of many classes", "kind: regression\nmodel: softmax\nx: [1, 2]\ny: [0, 1]\nfit: ¦newton",
           "`optimizer: {learning_rate: 0.1}`, or of two classes `model: logistic`"),
    fields("a descent without steps", "kind: regression\nx: [1, 2]\ny: [0, 2]\nfit: ¦descent",
           "descent needs `optimizer`: {learning_rate: 0.1, steps: 2}"),
    fields("a feature that is none", "kind: regression\nx: [[1, 2], [2, 3]]\ny: [0, 2]\nfeatures: [¦x3]",
           "`x3` is no feature; they are x1 and x2"),
    fields("matrices of several samples", "kind: filtering\nX: [[[[1, 2]]]]\nkernel: [[[[1]]]]\nmatrix_form: ¦im2col",
           "the matrices are written for one sample; X has several"),
    fields("an unknown kernel", "kind: filtering\nX: [[1, 2], [3, 4]]\nkernel: ¦sobelx3",
           "there is no kernel `sobelx3` (did you mean `sobel_x`?)"),
    fields("a kernel of a signal on an image", "kind: filtering\nX: [[1, 2], [3, 4]]\nkernel: ¦[1, 2]",
           "X, 2 × 2, has 2 axes; this kernel is a vector of 2"),
    fields("a window that is no place", "kind: filtering\nX: [[1, 2], [3, 4]]\nkernel: [[1]]\nwindow: ¦3",
           "expected the place of an entry of Z, which is 2 × 2"),
    fields("a pooling without its window", "kind: filtering\nX: [[1, 2], [3, 4]]\npool: ¦average",
           "missing `kernel` (the size of a window: 2, or [2, 1]; all: a global pooling)"),
    fields("a pooling by itself in empty windows", "kind: filtering\nX: [[1, 2], [3, 4]]\npool: ¦{max: {pool_size: 0}}",
           "expected a whole number from 1 up, found 0"),
    fields("a kernel larger than its image", "kind: filtering\nX: [[1, 2], [3, 4]]\nkernel: ¦box",
           "the kernel 3 × 3 is larger than its input 2 × 2"),
    fields("an image without its channels", "kind: parameters\ninput: ¦?x8x3\nlayers: [flatten]",
           "expected all sizes, with the channels"),
    fields("a convolution on features", "kind: parameters\ninput: 64\nlayers: [{conv: ¦{filters: 2, kernel: 3}}]",
           "needs an image or a sequence"),
    fields("a letter that a size is called by", "kind: parameters\ninput: 8x8x3\n"
           "layers: [{conv: {filters: ¦H0, kernel: 3}}]", "`H0` stands for something else here; take another letter"),
    fields("a letter that what is made is called by", "kind: parameters\nmlp: [n1, n0, ¦weights1]",
           "`weights1` stands for something else here"),
    fields("a letter that a total is called by", "kind: parameters\ninput: 8\nlayers: [{dense: 5}, {dense: ¦params}]",
           "`params` stands for something else here"),
    fields("a letter that a further name is", "kind: parameters\ninput: 8\nlayers: [{dense: ¦params}]",
           "`params` stands for something else here"),
    fields("a letter that features are called by", "kind: parameters\ninput: 8\nlayers: [{dense: 5}, {dense: ¦n1}]",
           "`n1` stands for something else here"),
    fields("a letter that a kernel is called by", "kind: convolution\ninput: 8x8x3\n"
           "layers: [{conv: {filters: ¦K1, kernel: 3}}]", "`K1` stands for something else here; take another letter"),
    fields("a letter that a size behind a layer is called by", "kind: convolution\ninput: ¦8xH1x3\n"
           "layers: [{conv: {filters: 4, kernel: 3}}]", "`H1` stands for something else here; take another letter"),
    fields("a layer without sizes", "kind: parameters\ninput: 3\nlayers: [{gru: ¦}]", "missing `units`"),
    fields("no layer", "kind: parameters\ninput: 3\nlayers: [¦{}]", "expected one layer"),
    fields("an unknown layer of a model", "kind: parameters\nlayers: [{¦densee: 3}]", "did you mean `dense`?"),
    fields("a design of nothing", "kind: design\ninputs: [x1]\ndefine: {y: w*x1}\n¦points: []\nsolution: {w: 1}",
           "nothing to try: give `points`, or a `grid`"),
    fields("a batch of 0", "kind: batching\nsamples: 10\nbatch_size: ¦0", "expected a whole number from 1 up, found 0"),
    fields("half a batch", "kind: batching\nsamples: 10\nbatch_size: ¦2.5", "expected a whole number, found 2.5"),
    fields("no batch size", "¦kind: batching\nsamples: 10", "missing `batch_size`"),
    fields("a batch never full", "kind: batching\nsamples: 10\nbatch_size: ¦20\ndrop_last: true", "nothing is trained"),
    fields("an option that does not exist",
           "kind: choice\nquestions: [{question: Q, options: {a: x, b: y}, answer: ¦c}]", "`c` is no option"),
    fields("no answer", "kind: choice\nquestions: [¦{question: Q, options: {a: x, b: y}}]", "missing `answer`"),
    fields("two right ones of one",
           "kind: choice\nquestions: [{question: Q, options: [x, y], answer: ¦[a, b], form: single}]",
           "a single choice has one right option, not 2"),
    fields("a choice of nothing", "kind: choice\nquestions: ¦[]", "expected at least 1 entry, found an empty list"),
    fields("a question is a text", "kind: choice\nquestions: [¦Why?]", "expected a mapping of fields, found 'Why?'"),
    fields("a part of no question", "kind: choice\nquestions: [{question: Q, model_answer: A}]\nparts: [{find: ¦q2}]",
           "no quantity, group or item `q2`"),
]  # fmt: skip

BROKEN = [*YAML, *COMMON, *FORMULA, *NETWORK, *OTHER_KINDS]
