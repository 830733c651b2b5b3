package browser

// findCase is a page, a target, and the marks of the elements it means.
type findCase struct {
	name   string
	html   string
	target target
	want   string // "part …" where they match in part only
}

func findCases() []findCase {
	return []findCase{
		// A plain string.
		{"the button before the heading of the same text", `<h2>Checkout</h2><button m=1>Checkout</button>`, plainText("Checkout"), "1"},
		{"whole match elsewhere before part of a button", `<button>Checkout now</button><p m=1>Checkout</p>`, plainText("Checkout"), "1"},
		{"part of a button before part of a text", `<p>Go to checkout</p><button m=1>Proceed to checkout</button>`, plainText("to checkout"), "part 1"},
		{"part of a text last, innermost element only", `<div><section><p m=1>Your order is on its way</p></section></div>`, plainText("on its way"), "part 1"},
		{"a span inside a button is the button", `<button m=1><i>★</i><span>Buy</span></button>`, plainText("Buy"), "1"},
		{"nested spans, one button", `<button m=1><span><b>Buy</b></span></button>`, plainText("Buy"), "1"},
		{"text across inline elements", `<p m=1>3 <b>results</b> found</p>`, plainText("3 results found"), "1"},
		{"blocks are apart", `<div m=1><div>Total</div><div>12</div></div>`, plainText("Total 12"), "1"},
		{"inline elements are not", `<p><span>Foo</span><span>bar</span></p>`, plainText("Foo bar"), ""},
		{"flex items are apart", `<p m=1 style="display:flex"><span>Foo</span><span>bar</span></p>`, plainText("Foo bar"), "1"},
		{"accessible name from aria-label", `<button m=1 aria-label="Close dialog">×</button>`, plainText("Close dialog"), "1"},
		{"text counts beside an aria-label", `<button m=1 aria-label="Close dialog">×</button>`, plainText("×"), "1"},
		{"field by its label", `<label>Search <input m=1></label>`, plainText("Search"), "1"},
		{"field by its placeholder as name", `<input m=1 placeholder="Your city">`, plainText("Your city"), "1"},
		{"submit by its value", `<input type=submit m=1 value="Log in">`, plainText("Log in"), "1"},
		{"submit without a value", `<form><input type=submit m=1></form>`, plainText("Submit"), "1"},
		{"image link by alt", `<a href="/" m=1><img alt="Home" src="data:," width=9 height=9></a>`, plainText("Home"), "1"},
		{"icon button with text for screen readers", `<button m=1><svg width=9 height=9></svg><span style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)">Search</span></button>`, plainText("Search"), "1"},
		{"styled checkbox by its label", `<label m=2><input type=checkbox m=1 style="opacity:0;position:absolute"> I agree</label>`, plainText("I agree"), "1"},
		{"hidden ones don't count", `<button hidden>Buy</button><button style="visibility:hidden">Buy</button><button style="display:none">Buy</button><div style="opacity:0"><button>Buy</button></div><button m=1>Buy</button>`, plainText("Buy"), "1"},
		{"several equal matches, in document order", `<button m=1>Add</button><p>Add</p><a href=# m=2>Add</a>`, plainText("Add"), "1 2"},
		{"nth", `<button m=1>Add</button><button m=2>Add</button><button m=3>Add</button>`, plainText("Add").with("nth", 2), "2"},
		{"last", `<button m=1>Add</button><button m=2>Add</button><button m=3>Add</button>`, plainText("Add").with("nth", -1), "3"},
		{"nth beyond the last", `<button>Add</button>`, plainText("Add").with("nth", 2), ""},
		{"case is kept", `<button>add to cart</button>`, plainText("Add to cart"), ""},
		{"as drawn by text-transform", `<button m=1 style="text-transform:uppercase">Add to cart</button>`, plainText("ADD TO CART"), "1"},
		{"as written under text-transform", `<button m=1 style="text-transform:uppercase">Add to cart</button>`, plainText("Add to cart"), "1"},
		{"as written under text-transform, not operable", `<p m=1 style="text-transform:uppercase">New arrivals</p>`, plainText("New arrivals"), "1"},
		{"text of a link card resolves to the card", `<a href=/1 m=1><h3>Red shoes</h3><p>50</p></a>`, plainText("Red shoes"), "1"},
		{"drop-down by its name, not its other options", `<label>Size <select m=1><option>Small<option>Large</select></label>`, plainText("Size"), "1"},
		{"options that nobody sees", `<select><option>Small<option>Large</select>`, plainText("Large"), ""},
		{"what is typed is no name", `<input value="Search">`, plainText("Search"), ""},
		{"script and style are no text", `<script>let a = "Buy"</script><style>/* Buy */</style><noscript>Buy</noscript><template>Buy</template>`, plainText("Buy"), ""},
		{"closed details", `<details><summary>More</summary><p>Secret</p></details>`, plainText("Secret"), ""},
		{"open details", `<details open><summary>More</summary><p m=1>Secret</p></details>`, plainText("Secret"), "1"},
		{"summary is operable", `<details><summary m=1>More</summary></details>`, plainText("More"), "1"},
		{"collapsed accordion", `<div style="height:0;overflow:hidden"><p>Answer</p></div>`, plainText("Answer"), ""},
		{"drawer beside the screen", `<div style="position:fixed;left:0;width:200px;transform:translateX(-100%)"><a href=#>Login</a></div><a href=# m=1>Login</a>`, plainText("Login"), "1"},
		{"skip link far left", `<a href=# style="position:absolute;left:-9999px">Login</a><a href=# m=1>Login</a>`, plainText("Login"), "1"},
		{"below the fold", `<div style="height:5000px"></div><button m=1>Buy</button>`, plainText("Buy"), "1"},
		{"scrolled out of a carousel", `<div style="width:100px;overflow:auto;white-space:nowrap"><div style="display:inline-block;width:3000px">a</div><button m=1>Buy</button></div>`, plainText("Buy"), "1"},
		{"empty text finds nothing", `<button></button>`, plainText(" "), ""},

		// How texts are compared.
		{"white space and no-break spaces", "<button m=1>\n  Add\u00a0to\n\tcart </button>", plainText("Add to cart"), "1"},
		{"bidi marks", "<button m=1>\u200fקנה\u200e \u202bעכשיו\u202c</button>", plainText("קנה עכשיו"), "1"},
		{"Hebrew gershayim", `<button m=1>תשלום מע״מ</button>`, plainText(`תשלום מע"מ`), "1"},
		{"Hebrew geresh", `<button m=1>צ׳אט</button>`, plainText(`צ'אט`), "1"},
		{"typographic quotes", `<button m=1>Don’t “stop”</button>`, plainText(`Don't "stop"`), "1"},
		{"typographic quotes in the target", `<button m=1>Don't "stop"</button>`, plainText(`Don’t “stop”`), "1"},
		{"decomposed letters", "<button m=1>Cafe\u0301</button>", plainText("Café"), "1"},
		{"Persian with a zero-width non-joiner", "<button m=1>می\u200cخواهم</button>", plainText("می\u200cخواهم"), "1"},
		{"Persian label", `<label for=q>جستجو</label><input id=q m=1>`, by("label", "جستجو"), "1"},

		// Narrowing.
		{"within", `<ul><li>Red <button>Buy</button></li><li>Blue <button m=1>Buy</button></li></ul>`, plainText("Buy").with("within", target{"by": "role", "value": "listitem", "has": "Blue"}), "1"},
		{"within nothing", `<button>Buy</button>`, plainText("Buy").with("within", by("testid", "x")), ""},
		{"within before the grade", `<button>Buy</button><section id=s><p m=1>Buy</p></section>`, plainText("Buy").with("within", by("css", "#s")), "1"},
		{"part of a part", `<nav aria-label="Main menu"><button m=1>Buy</button></nav>`, plainText("Buy").with("within", role("navigation", "Main")), "part 1"},
		{"has", `<div class=card>Red</div><div class=card m=1><p>Blue</p></div>`, by("css", ".card").with("has", "Blue"), "1"},

		// Roles.
		{"role and name", `<button m=1>Buy</button><a href=#>Buy</a>`, role("button", "Buy"), "1"},
		{"role alone", `<h1 m=1>A</h1><h2 m=2>B</h2><div role=heading m=3>C</div>`, role("heading", ""), "1 2 3"},
		{"whole names before part names", `<button m=1>Buy</button><button>Buy now</button>`, role("button", "Buy"), "1"},
		{"part name", `<button m=1>Buy now</button>`, role("button", "Buy"), "part 1"},
		{"explicit role wins", `<a href=# role=button m=1>Go</a>`, role("button", "Go"), "1"},
		{"link needs a target", `<a>Go</a><a href=# m=1>Go</a>`, role("link", "Go"), "1"},
		{"image is img", `<img alt="Logo" width=9 height=9 src="data:," m=1>`, role("image", "Logo"), "1"},
		{"searchbox", `<input type=search m=1 aria-label=Find>`, role("searchbox", "Find"), "1"},
		{"password is a textbox", `<label>Password<input type=password m=1></label>`, role("textbox", "Password"), "1"},
		{"combobox", `<select aria-label=Size m=1><option>S</select>`, role("combobox", "Size"), "1"},
		{"spinbutton", `<label>Amount<input type=number m=1></label>`, role("spinbutton", "Amount"), "1"},
		{"page header, not a section's", `<header m=1>A</header><article><header>B</header></article>`, role("banner", ""), "1"},
		{"alert", `<div role=alert m=1>Wrong</div>`, role("alert", ""), "1"},
		{"row by its cells", `<table><tr><td>a</td><td>1</td></tr><tr m=1><td>b</td><td>2</td></tr></table>`, role("row", "b 2"), "1"},
		{"dialog by its title", `<dialog open aria-labelledby=h m=1><h2 id=h>Sign in</h2></dialog>`, role("dialog", "Sign in"), "1"},
		{"aria-hidden parts are no name", `<button m=1><i aria-hidden=true>cart_icon</i>Buy</button>`, role("button", "Buy"), "1"},
		{"name of a fieldset", `<fieldset m=1><legend>Payment</legend></fieldset>`, role("group", "Payment"), "1"},
		{"switch", `<div role=switch tabindex=0 m=1>Dark</div>`, role("switch", "Dark"), "1"},

		// Labels and other attributes.
		{"label for", `<label for=e>Email</label><input id=e m=1>`, by("label", "Email"), "1"},
		{"wrapping label, field left out", `<label>Color <select m=1><option>Red</select></label>`, by("label", "Color"), "1"},
		{"aria-labelledby", `<span id=l>Email</span><input aria-labelledby=l m=1>`, by("label", "Email"), "1"},
		{"aria-label, field before button", `<button aria-label=Search>?</button><input aria-label=Search m=1>`, by("label", "Search"), "1"},
		{"hidden label for screen readers", `<label for=e style="position:absolute;width:1px;height:1px;overflow:hidden">Email</label><input id=e m=1>`, by("label", "Email"), "1"},
		{"required mark makes it a part", `<label>Email *<input m=1></label>`, by("label", "Email"), "part 1"},
		{"field with a contenteditable", `<div contenteditable aria-label=Message m=1>hi</div>`, by("label", "Message"), "1"},
		{"placeholder", `<input placeholder="Your city" m=1>`, by("placeholder", "Your city"), "1"},
		{"alt", `<img alt="Red shoe" width=9 height=9 src="data:," m=1>`, by("alt", "Red shoe"), "1"},
		{"tooltip", `<span title="More about it" m=1>?</span>`, by("tooltip", "More about it"), "1"},
		{"tooltip of a drawing", `<svg width=9 height=9 m=1><title>Basket</title></svg>`, by("tooltip", "Basket"), "1"},
		{"text ignores attributes", `<button aria-label="Buy">x</button><p m=1>Buy</p>`, by("text", "Buy"), "1"},
		{"text of a button", `<button m=1><span>Buy</span></button>`, by("text", "Buy"), "1"},

		// Exact kinds.
		{"testid", `<i data-testid=cart m=1>1</i><i data-testid=cart-2>2</i>`, by("testid", "cart"), "1"},
		{"testid of Cypress", `<i data-cy=cart m=1>1</i>`, by("testid", "cart"), "1"},
		{"testid, hidden", `<i data-testid=cart m=1 hidden>1</i>`, by("testid", "cart"), "1"},
		{"testid with quotes", `<i data-testid='a"b\c' m=1>1</i>`, by("testid", `a"b\c`), "1"},
		{"testid of the site", `<i data-testid=cart>1</i><i data-hook=cart m=1>1</i>`, by("testid", "cart").with("testids", []string{"data-hook"}), "1"},
		{"css", `<p class=a m=1>x</p><p class=b>y</p>`, by("css", "p.a"), "1"},
		{"xpath", `<p class=a m=1>x</p><p class=b>y</p>`, by("xpath", "//p[@class='a']"), "1"},
		{"xpath within", `<p><b>x</b></p><div id=d><b m=1>y</b></div>`, by("xpath", ".//b").with("within", by("css", "#d")), "1"},

		// Shadow DOM.
		{"button in a shadow root", `<my-card><template shadowrootmode=open><button m=1>Buy</button></template></my-card>`, plainText("Buy"), "1"},
		{"css in a shadow root", `<my-card><template shadowrootmode=open><b class=x m=1>Buy</b></template></my-card>`, by("css", ".x"), "1"},
		{"slotted text is the button's", `<my-button><template shadowrootmode=open><button m=1><slot></slot></button></template>Buy</my-button>`, role("button", "Buy"), "1"},
		{"slotted text, plain", `<my-button><template shadowrootmode=open><button m=1><slot></slot></button></template><span>Buy</span></my-button>`, plainText("Buy"), "1"},
		{"within a host", `<button>Buy</button><my-card><template shadowrootmode=open><button m=1>Buy</button></template></my-card>`, plainText("Buy").with("within", by("css", "my-card")), "1"},
		{"document order through shadow roots", `<button m=1>Buy</button><my-card><template shadowrootmode=open><button m=2>Buy</button></template></my-card><button m=3>Buy</button>`, plainText("Buy"), "1 2 3"},
		{"label in a shadow root", `<my-field><template shadowrootmode=open><label>Email <input m=1></label></template></my-field>`, by("label", "Email"), "1"},
	}
}
