package journey

import (
	"strconv"
	"strings"
)

// others is what stands behind a claim that holds others: a list for any, the
// one for soft.
func (e Expectation) others() string {
	all := make([]string, len(e.Of))
	for i, of := range e.Of {
		all[i] = of.flow()
	}
	if e.Claim == ClaimAny {
		return "[" + strings.Join(all, ", ") + "]"
	}
	return strings.Join(all, ", ")
}

// flow is the expectation as it stands within another: in braces, unless its
// word stands alone.
func (e Expectation) flow() string {
	if s := e.String(); strings.Contains(s, ": ") {
		return "{" + s + "}"
	}
	return string(e.Claim)
}

// Every calls visit with the expectation and with all that it holds.
func (e Expectation) Every(visit func(Expectation)) {
	visit(e)
	for _, of := range e.Of {
		of.Every(visit)
	}
}

// file is what stands behind download: the file's name, or a map.
func (e Expectation) file() string {
	switch {
	case e.Bytes == 0 && e.Op == Is:
		return quoteYAML(e.Text.String())
	case e.Bytes == 0:
		return joinMap("", e.comparison())
	default:
		return joinMap(e.comparison(), "min_size: "+strconv.FormatInt(e.Bytes, 10)+"B")
	}
}
