package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestRenamed is what becomes of targets when a site changes: the element that
// is there instead must be among those that a failure names, and mostly first.
func TestRenamed(t *testing.T) {
	const shop = `<header><a href=/>Home</a><nav><a href=/new>New arrivals</a><a href=/sale>Sale</a><a href=/help>Help</a></nav><button aria-label=Menu>☰</button></header>
		<main><h1>Red sneaker</h1><p>Soft and light. Delivered in three days.</p><a href=/sizes>Size guide</a><label>Quantity <input name=n type=number value=1></label>%s
		<button>Share</button><button>Save for later</button></main>
		<footer><a href=/terms>Terms of use</a><a href=/privacy>Privacy</a><label>Newsletter <input type=email></label><button>Subscribe</button></footer>`
	const hebrew = `<html dir=rtl lang=he><nav><a href=/>דף הבית</a><a href=/m>מבצעים</a><a href=/c>צור קשר</a></nav><main><h1>נעליים</h1>%s<button>שיתוף</button></main><footer><a href=/t>תקנון</a></footer>`
	tab := newFinderTab(t)
	rows := []struct {
		name   string
		page   string
		target target
		now    string // what it is now
		want   string // as which the failure names it
	}{
		{"another word", shop, plainText("Add to cart"), `<button>Add to basket</button>`, `{role: button, name: Add to basket}`},
		{"another word for a role", shop, role("button", "Add to cart"), `<button>Add to bag</button>`, `{role: button, name: Add to bag}`},
		{"another verb", shop, role("button", "Log in"), `<form><label>Password <input type=password></label><button>Sign in</button></form>`, `{role: button, name: Sign in}`},
		{"other words altogether", shop, role("button", "Proceed to checkout"), `<form><button>Continue to payment</button></form>`, `{role: button, name: Continue to payment}`},
		{"a label that became an icon", shop, by("label", "Search"), `<form role=search><input type=search aria-label="Search our shop"><button aria-label=Go>🔍</button></form>`, `{label: Search our shop}`},
		{"a placeholder that was reworded", shop, by("placeholder", "What are you looking for?"), `<input placeholder="Looking for something?">`, `{label`},
		{"a label that was reworded", shop, by("label", "E-mail address"), `<label>Your email <input type=email></label>`, `{label: Your email}`},
		{"a test id", shop, by("testid", "add-to-cart"), `<button data-testid=btn-add-to-cart>Buy</button><i data-testid=price>9</i>`, `{role: button, name: Buy}`},
		{"a test id in another style", shop, by("testid", "cart-count"), `<i data-testid=cartItemCount>3</i><i data-testid=wishlist>1</i>`, `{testid: cartItemCount}`},
		{"Hebrew, another word", hebrew, plainText("הוסף לסל"), `<button>הוספה לעגלה</button>`, `{role: button, name: הוספה לעגלה}`},
		{"Hebrew, an infinitive", hebrew, role("button", "התחבר"), `<button>להתחברות</button>`, `{role: button, name: להתחברות}`},
		{"another role", shop, role("link", "Checkout"), `<button>Checkout</button>`, `{role: button, name: Checkout}`},
		{"a button that became a link", shop, role("button", "Continue"), `<a href=/next>Continue</a>`, `{role: link, name: Continue}`},
		{"more words", shop, plainText("Buy now"), `<button>Buy it now with one click</button>`, `{role: button, name: Buy it now with one click}`},
		{"a plural", shop, plainText("Review"), `<a href=/r>Reviews (12)</a>`, `{role: link, name: Reviews (12)}`},
		{"another price", shop, role("button", "Pay 199.90 ₪"), `<button>Pay 219.90 ₪</button>`, `{role: button, name: Pay 219.90 ₪}`},
		{"a typo that was mended", shop, plainText("Address bok"), `<a href=/a>Address book</a>`, `{role: link, name: Address book}`},
		{"capitals", shop, plainText("Add to cart"), `<button>ADD TO CART</button>`, `{role: button, name: ADD TO CART}`},
		{"an emoji", shop, role("button", "Add to cart"), `<button>🛒 Add</button>`, `{role: button, name: 🛒 Add}`},
		{"a css id", shop, by("css", "#buy-button"), `<button id=buyBtn class="btn buy">Buy</button>`, `{role: button, name: Buy}`},
		{"a css class", shop, by("css", ".product-price"), `<span class="price product__price">199 ₪</span>`, `{text: "199 ₪"}`},
		{"within what was renamed", shop, role("button", "Pay").with("within", role("dialog", "Your cart")), `<div role=dialog aria-label="Your basket"><button>Pay</button></div>`, `{role: dialog, name: Your basket}`},
		{"shorter", shop, plainText("Continue to delivery"), `<button>Continue</button>`, `{role: button, name: Continue}`},
		{"an alternative text", shop, by("alt", "Red running shoe"), `<img alt="Red sneaker, side view" width=9 height=9 src="data:,"><img alt=Logo width=9 height=9 src="data:,">`, `{role: img, name: "Red sneaker, side view"}`},
	}
	first, named := 0, 0
	for _, r := range rows {
		eval := tab.open(t, "/", fmt.Sprintf(r.page, r.now))
		var got []string
		eval(t, fmt.Sprintf(`samui.find.nearest(%s, 5)`, r.target.js()), &got)
		at := slices.IndexFunc(got, func(s string) bool { return strings.HasPrefix(s, strings.TrimSuffix(r.want, "}")) })
		if at == 0 {
			first++
		}
		if at >= 0 {
			named++
		} else {
			t.Logf("%s: %s became %s; nearest %q", r.name, r.target.js(), r.want, got)
		}
		if at > 0 {
			t.Logf("%s: only number %d: %q", r.name, at+1, got)
		}
	}
	t.Logf("%d of %d are named, %d of them first", named, len(rows), first)
	if named*10 < len(rows)*8 {
		t.Errorf("%d of %d are named, want at least 8 of 10", named, len(rows))
	}
	if first*10 < len(rows)*7 {
		t.Errorf("%d of %d come first, want at least 7 of 10", first, len(rows))
	}
}
