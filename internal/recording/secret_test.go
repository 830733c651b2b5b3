package recording

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// What a field is for is known by its label, in the languages of people, or by
// what programmers call it.
func TestFieldsForSecrets(t *testing.T) {
	for _, c := range []struct{ want, fields string }{
		{"PASSWORD", "Password|Your password *|PASSWORD|Passwort|Mot de passe|Contraseña|Senha|Wachtwoord|Hasło|Пароль|סיסמה|הסיסמא שלך|סיסמת כניסה|كلمة المرور|رمز عبور|密码|パスワード|비밀번호|Şifre|PIN|#passwd|#userPass|#new-password|[name='pwd']|[type='password']|[autocomplete='current-password']"},
		{"CODE", "One-time code|Verification code|קוד אימות|קוד חד פעמי|OTP|#otp|[autocomplete='one-time-code']"},
		{"CARD_CODE", "Security code|CVV|CVC|CVV2|קוד אבטחה|3 ספרות בגב הכרטיס|[autocomplete='cc-csc']"},
		{"CARD_NUMBER", "Card number|מספר כרטיס|כרטיס אשראי|Kartennummer|#cardNumber|[autocomplete='cc-number']"},
		{"ID_NUMBER", `תעודת זהות|ת"ז|ת״ז|Social Security Number|SSN|کد ملی`},
		{"TOKEN", "API key|Access token"},
		{"", "Email|דואר אלקטרוני|Search|Full name|Expiry|Passport photo|Passenger|Compass|Spinach|Pincushion|Postcode|Promo code|Street and number|Amount|Phone|תיאור|#company|#q|[name='passengers']"},
	} {
		for field := range strings.SplitSeq(c.fields, "|") {
			selector := field
			if field[0] != '#' && field[0] != '[' {
				selector = "aria/" + field
			}
			kind, ok := secretKind("x1", elementOf(step{kind: "change", selectors: [][]string{{selector}}}), element{}, false)
			if kind.suffix != c.want || ok != (c.want != "") {
				t.Errorf("%s is a field for %q, want %q", field, kind.suffix, c.want)
			}
		}
	}
}

func TestCardNumbers(t *testing.T) {
	for number, want := range map[string]bool{
		"4242 4242 4242 4242": true, "4111-1111-1111-1111": true, "378282246310005": true, "4242 4242 4242 4241": false, "0000000000000000": false,
		"972501234567": false, "1234": false, "4242 4242 4242 4242x": false, "": false,
	} {
		if got := isCardNumber(number); got != want {
			t.Errorf("isCardNumber(%q) = %t, want %t", number, got, want)
		}
	}
}

func TestNamesOfSecrets(t *testing.T) {
	for _, c := range []struct{ site, host, id, want string }{
		{"my-shop", "www.shop.example", "buy", "MY_SHOP_"},
		{"", "www.shop.example", "buy", "SHOP_"},
		{"", "127.0.0.1", "buy-shoes", "BUY_SHOES_"},
		{"", "localhost", "buy", "BUY_"},
		{"", "[::1]", "7-up", "SITE_7_UP_"},
		{"", "קניות.example", "buy", "EXAMPLE_"},
		{"", "2nd.example", "buy", "SITE_2ND_"},
	} {
		if got := secretBase(c.site, c.host, c.id); got != c.want {
			t.Errorf("secretBase(%q, %q, %q) = %s, want %s", c.site, c.host, c.id, got, c.want)
		}
	}
}

// A secret is nowhere in what comes out, wherever it stands in the recording:
// not even in the names of elements and in the addresses of pages.
func TestSecretsAreNowhere(t *testing.T) {
	const canary = `Canary-7 "x"/y`
	text := func(s string) string {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	event := `"assertedEvents":[{"type":"navigation","url":` + text("https://shop.example/hello/Canary-7%20%22x%22%2Fy?name=Canary-7+%22x%22%2Fy#Canary-7%20%22x%22%2Fy") + `,"title":` + text("Hello "+canary) + `}]`
	opened := `{"type":"navigate","url":` + text("https://shop.example/Canary-7%20%22x%22%2Fy") + `}`
	r, err := Import([]byte(`{"title":`+text("As "+canary)+`,"steps":[`+strings.Join([]string{
		page, opened,
		`{"type":"navigate","url":` + text("https://shop.example/?q=Canary-7+%22x%22%2Fy") + `}`,
		`{"type":"change","selectors":[["aria/Password"],[` + text("text/"+canary) + `]],"value":` + text(canary) + `}`,
		`{"type":"click","selectors":[[` + text("aria/Hide "+canary) + `],["#hide"]],` + event + `}`,
		`{"type":"change","selectors":[["aria/Name"]],"value":` + text(canary) + `}`,
		`{"type":"click","selectors":[[` + text("aria/"+canary) + `]]}`,
		`{"type":"doubleClick","selectors":[[` + text("text/"+canary) + `]]}`,
		`{"type":"waitForElement","selectors":["#a"],"properties":{"textContent":` + text(canary) + `,"title":` + text(canary) + `}}`,
		`{"type":"waitForExpression","expression":` + text("p === '"+canary+"'") + `}`,
		`{"type":"customStep","name":` + text(canary) + `,"parameters":` + text(canary) + `}`,
		`{"type":"close","target":` + text(canary) + `}`,
	}, ",")+`]}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%s\n%s\n%v\n%+v", told(r), r.Journey.Title, r.Notes, r.Journey)
	if strings.Contains(all, "Canary") {
		t.Errorf("the secret shows:\n%s", all)
	}
	if got := r.Journey.Steps[2].Do[0].With.Parts(); len(got) != 1 || got[0].Source != "${secret:SHOP_PASSWORD}" || got[0].Secret.Reveal() != canary {
		t.Errorf("the password is %+v", got)
	}
}

// A password that everybody would try first is kept out all the same, and
// doesn't make every other text one.
func TestEverydayPassword(t *testing.T) {
	r := imported(t, Options{}, `{"type":"change","selectors":["#admin"],"value":"admin"}`, `{"type":"change","selectors":["#password"],"value":"admin"}`, `{"type":"click","selectors":[["aria/Go to admin[role=\"button\"]"]]}`)
	const want = `open "Open Shop": open / → url: "/" title: "Shop"
go-to-admin "Go to admin": fill {css: "#admin"} admin (3) fill {css: "#password"} <secret> click {role: button, name: Go to admin} →
`
	if got := told(r); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
