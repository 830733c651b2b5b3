package browser

import (
	"fmt"
	"testing"
)

// pattern is the target with a regular expression for its value, or for its name.
func (x target) pattern(t testing.TB, op, key, expr string) target {
	t.Helper()
	source, flags, err := jsPattern(expr)
	if err != nil {
		t.Fatal(err)
	}
	return x.with(op, "matches").with(key, map[string]string{"source": source, "flags": flags})
}

func firstOf(all ...target) target { return target{"by": "first_of", "firstOf": all} }

// How a text is compared can be said, and alternatives have an order.
func TestFindAsItIsSaid(t *testing.T) {
	matches := func(kind, expr string) target { return by(kind, expr).pattern(t, "op", "pattern", expr) }
	const shop = `<button m=1>Buy</button><button m=2>Buy now</button><p m=3>Buy two, <b m=4>get one</b></p>`
	tab := newFinderTab(t)
	for _, c := range []findCase{
		{"is leaves out what holds more", `<button m=1>Buy now</button>`, by("text", "Buy").with("op", "is"), ""},
		{"is", shop, by("text", "Buy").with("op", "is"), "1"},
		{"contains finds all and is no guess", shop, by("text", "Buy").with("op", "contains"), "1 2 3"},
		{"matches", shop, matches("text", `^Buy (now|later)$`), "2"},
		{"matches part of a text, innermost", shop, matches("text", `get \w+`), "4"},
		{"matches across elements", shop, matches("text", `two, get`), "3"},
		{"matches nothing", shop, matches("text", `Sell`), ""},
		{"matches what is drawn in capitals", `<p m=1 style="text-transform:uppercase">Sale</p>`, matches("text", `^SALE$`), "1"},
		{"matches typographic quotes", `<p m=1>Don’t</p>`, matches("text", `^Don’t$`), "1"},
		{"matches a link around it", `<a href=# m=1><span>Cart (3)</span></a>`, matches("text", `^Cart \(\d+\)$`), "1"},
		{"name matches", `<a href=# m=1>Cart (3)</a><a href=#>Cartoons</a>`, role("link", `^Cart \(\d+\)$`).pattern(t, "nameOp", "namePattern", `^Cart \(\d+\)$`), "1"},
		{"name is", `<a href=#>Cart now</a>`, role("link", "Cart").with("nameOp", "is"), ""},
		{"label contains", `<label>E-mail * <input m=1></label>`, by("label", "E-mail").with("op", "contains"), "1"},
		{"label is", `<label>E-mail * <input></label>`, by("label", "E-mail").with("op", "is"), ""},
		{"label matches", `<label>E-mail * <input m=1></label>`, matches("label", `^E-?mail\b`), "1"},
		{"placeholder matches", `<input m=1 placeholder="Search 1,200 shoes">`, matches("placeholder", `^Search [\d,]+ shoes$`), "1"},
		{"alt contains", `<img m=1 alt="Red shoe, size 42" src="data:," width=9 height=9>`, by("alt", "shoe").with("op", "contains"), "1"},
		{"tooltip is", `<button title="Close it">×</button><button m=1 title=Close>×</button>`, by("tooltip", "Close").with("op", "is"), "1"},

		{"the first alternative", shop, firstOf(plainText("Buy"), plainText("Buy now")), "1"},
		{"the second where the first is not there", shop, firstOf(plainText("Order"), plainText("Buy now")), "2"},
		{"none", shop, firstOf(plainText("Order"), by("testid", "order")), ""},
		{"one that is seen before one that is hidden", `<i data-testid=close hidden></i><button m=1>Close</button>`, firstOf(by("testid", "close"), plainText("Close")), "1"},
		{"hidden ones in their order", `<i data-testid=a hidden m=1></i><i data-testid=b hidden></i>`, firstOf(by("testid", "a"), by("testid", "b")), "1"},
		{"a guess in its turn", shop, firstOf(plainText("Bu"), plainText("Buy now")), "part 1 2"},
		{"inside", `<nav><button>Buy</button></nav><main><button m=1>Order</button></main>`, firstOf(plainText("Buy"), plainText("Order")).with("within", role("main", "")), "1"},
		{"the last of the alternative that is there", shop, firstOf(plainText("Order"), by("css", "button")).with("nth", -1), "2"},
		{"around something", `<div role=dialog m=9><button m=1>Buy</button></div><button>Buy</button>`, plainText("Buy").with("within", firstOf(by("css", ".modal"), role("dialog", ""))), "1"},
		{"alternatives of alternatives", shop, firstOf(firstOf(plainText("Order"), plainText("Sell")), plainText("Buy now")), "2"},

		{"a label in capitals, as it is drawn", `<label style="text-transform:uppercase">Email <input m=1></label>`, by("label", "EMAIL"), "1"},
		{"a label in capitals, as it is written", `<label style="text-transform:uppercase">Email <input m=1></label>`, by("label", "Email"), "1"},
		{"part of a label in capitals", `<label><span style="text-transform:uppercase">Email</span> or phone <input m=1></label>`, by("label", "EMAIL or"), "part 1"},
		{"a name in capitals", `<label for=e style="text-transform:uppercase">Email</label><input id=e m=1>`, role("textbox", "EMAIL"), "1"},
		{"a heading in capitals that names a group", `<div role=group aria-labelledby=h m=1><h2 id=h style="text-transform:uppercase">Pay</h2>…</div>`, role("group", "PAY"), "1"},
		{"a field that only its placeholder names", `<input m=1 placeholder=Search>`, by("label", "Search"), "1"},
		{"a field that only its tooltip names", `<input m=1 title=Search>`, by("label", "Search"), "1"},
		{"a label before a placeholder", `<input placeholder=Search><label>Search <input m=1></label>`, by("label", "Search"), "1"},
		{"a placeholder before part of a label", `<input m=1 placeholder=Search><label>Search all <input></label>`, by("label", "Search"), "1"},
		{"a placeholder of a field with another label is no label", `<label>City <input placeholder=Haifa></label>`, by("label", "Haifa"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			eval := tab.open(t, "/", c.html)
			var got string
			eval(t, fmt.Sprintf(marks, c.target.js()), &got)
			if got != c.want {
				t.Errorf("target %s in %s\n got %q\nwant %q", c.target.js(), c.html, got, c.want)
			}
		})
	}
}
