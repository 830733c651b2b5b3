package browser

import (
	"fmt"
	"strings"
	"testing"
)

// bigPage has about 20,000 elements: a shop's list of everything it has.
func bigPage() string {
	var b strings.Builder
	b.WriteString(`<style>.card{padding:4px}.price{text-transform:uppercase}</style><header><nav>`)
	for i := range 40 {
		fmt.Fprintf(&b, `<a href="/c/%d">Category %d</a>`, i, i)
	}
	b.WriteString(`</nav></header><main><h1>Everything</h1><form><label>Search <input name=q></label><button>Find</button></form><div class=grid>`)
	for i := range 2000 {
		fmt.Fprintf(&b, `<div class=card data-testid=card-%d><a href="/p/%d"><img alt="Picture of shoe %d" width=9 height=9><h3>Shoe <b>number</b> %d</h3></a>`, i, i, i, i)
		fmt.Fprintf(&b, `<p class=price><span>₪</span> <span>%d.90</span></p><button aria-label="Add shoe %d to the cart"><span>Add</span></button></div>`, i, i)
	}
	b.WriteString(`</div></main><footer>The end</footer>`)
	return b.String()
}

// BenchmarkFinder measures, by the page's clock, what a judged frame costs on
// a page of 20,000 elements in which something has just changed.
func BenchmarkFinder(b *testing.B) {
	tab := newFinderTab(b)
	eval := tab.open(b, "/", bigPage())
	var elements int
	eval(b, "document.querySelectorAll('*').length", &elements)
	cases := []struct{ name, call string }{
		{"pageText", `samui.find.pageText()`},
		{"bodyInnerText", `document.body.innerText`}, // for comparison
		{"any absent", `samui.find.all({by:'any', value:'Proceed to checkout'})`},
		{"any there", `samui.find.all({by:'any', value:'Add shoe 1999 to the cart'})`},
		{"text there", `samui.find.all({by:'text', value:'1999.90'})`},
		{"text many", `samui.find.all({by:'text', value:'Add'})`},
		{"role absent", `samui.find.all({by:'role', value:'button', name:'Proceed to checkout'})`},
		{"role link absent", `samui.find.all({by:'role', value:'link', name:'Proceed to checkout'})`},
		{"label there", `samui.find.all({by:'label', value:'Search'})`},
		{"label absent", `samui.find.all({by:'label', value:'Coupon'})`},
		{"testid there", `samui.find.all({by:'testid', value:'card-1999'})`},
		{"css absent", `samui.find.all({by:'css', value:'.checkout'})`},
		{"describe", `samui.find.describe(document.querySelectorAll('.card button')[999])`},
		{"nearest", `samui.find.nearest({by:'role', value:'button', name:'Put shoe 7 in the basket'}, 5)`},
		{"claim text absent", `samui.claims.judge({claim:'text', text:'Thank you'})`},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			var total float64
			for b.Loop() {
				var ms float64
				eval(b, `(() => { document.querySelector('h1').setAttribute('x', Math.random()); const from = performance.now(); samui.find.touched(); `+c.call+`; return performance.now() - from })()`, &ms)
				total += ms
			}
			b.ReportMetric(total/float64(b.N), "page-ms/op")
			b.ReportMetric(float64(elements), "elements")
		})
	}
}
