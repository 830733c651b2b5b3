package journey_test

import (
	"testing"

	"samui/internal/journey"
)

func TestFindsInJSON(t *testing.T) {
	const document = `{"items": [{"price": 19.90, "name": "Hi <b>"}, {"price": "7.5"}], "ok": true, "none": null,
		"odd name": 1, "a.b": {"c": [[1, 2], []]}, "total": 12345678901234567890, "length": 3, "קוד": "א", "hex": "0x10"}`
	for _, c := range []struct{ path, want string }{
		{"items[0].price", "19.90"},
		{"items[0].name", "Hi <b>"},
		{"items[1].price", "7.5"},
		{"items.length", "2"},
		{"length", "3"}, // a name of its own wins
		{"ok", "true"},
		{"none", "null"},
		{`["odd name"]`, "1"},
		{`['a.b'].c[0][1]`, "2"},
		{`["a.b"].c`, "[[1,2],[]]"},
		{"total", "12345678901234567890"},
		{"קוד", "א"},
		{"items[1]", `{"price":"7.5"}`},

		{"items[2].price", "error: items has no item [2], it has 2"},
		{"items.first", `error: items is a list of 2, and has no "first"`},
		{"cart", `error: the document has no "cart", it has "a.b", "hex", "items", "length", "none", "odd name", "ok", "total", …`},
		{"ok.yes", "error: ok is true or false"},
		{"none.yes", "error: none is null"},
		{"items[0].name.first", "error: items[0].name is a text"},
		{"[0]", `error: the document is no list, it has "a.b", "hex", "items", "length", "none", "odd name", "ok", "total", …`},
	} {
		p, err := journey.ParseJSONPath(c.path)
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		v, err := p.Find([]byte(document))
		got := v.Text
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.path, got, c.want)
		}
		if p.String() != c.path {
			t.Errorf("%s reads as %s", c.path, p)
		}
	}
	for path, want := range map[string]bool{"items[0].price": true, "items[1].price": true, "items[0].name": false, "hex": false, "ok": false, "items": false} {
		p, _ := journey.ParseJSONPath(path)
		if v, err := p.Find([]byte(document)); err != nil || v.IsNumber != want {
			t.Errorf("%s: a number is %v, want %v (%v)", path, v.IsNumber, want, err)
		}
	}
	p, _ := journey.ParseJSONPath("a")
	for _, document := range []string{"", "<html>", `{"a": 1} {"a": 2}`, `{"a": `} {
		if _, err := p.Find([]byte(document)); err == nil || err.Error() != "it is no JSON" {
			t.Errorf("%q: got %v", document, err)
		}
	}
	list, _ := journey.ParseJSONPath("[1].id")
	if v, err := list.Find([]byte(`[{"id": 1}, {"id": 2}]`)); err != nil || v.Text != "2" {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestBadJSONPaths(t *testing.T) {
	for path, want := range map[string]string{
		"":              "is empty (write the names on the way there, as items[0].price)",
		"$.items":       "begins with $, which stands for nothing here (write items)",
		"$":             "begins with $, which stands for nothing here (a path begins with the first name)",
		"a..b":          "has a dot too many (names are joined by one dot)",
		".a":            "has a dot too many (names are joined by one dot)",
		"a.":            "ends with a dot (write a)",
		"a[0]b":         `goes on after "a[0]" without a dot (write a[0].b)`,
		"a b":           `holds " " where a name should stand (a name with other signs stands in brackets and quotes: ["odd name"])`,
		"a[":            "has a [ that is never closed (write [0] for the first item)",
		`a["b`:          `has a [ and a quote that are never closed (write ["odd name"])`,
		"a[*]":          "holds [*], and a path leads to one place (write the place: [0] is the first item)",
		"a.*":           "holds *, and a path leads to one place (write the place: [0] is the first item)",
		"a[-1]":         "holds [-1], and items are counted from the first (write [0] for the first item)",
		"a[first]":      `holds [first], which is no place in a list (write [0] for the first item, or ["first"] for a name)`,
		"a[1.5]":        `holds [1.5], which is no place in a list (write [0] for the first item, or ["1.5"] for a name)`,
		"a.(b)":         `holds "(" where a name should stand (a name with other signs stands in brackets and quotes: ["odd name"])`,
		"a[9999999999]": `holds [9999999999], which is no place in a list (write [0] for the first item, or ["9999999999"] for a name)`,
	} {
		_, err := journey.ParseJSONPath(path)
		bad, ok := err.(*journey.JSONPathError) //nolint:errorlint // it is documented
		if !ok {
			t.Errorf("%q: got %v", path, err)
			continue
		}
		if got := bad.What + " (" + bad.Hint + ")"; got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
}
