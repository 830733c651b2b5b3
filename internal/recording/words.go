package recording

import (
	"slices"
	"strings"
	"unicode"
)

// lexicon is words that say what something is for, in the languages of people.
type lexicon struct {
	inside []string // anywhere in a text, being long or of a script without spaces between words
	whole  []string // only as words of their own
}

// says reports whether one of the texts holds one of the words.
func (l lexicon) says(texts ...string) bool {
	for _, t := range texts {
		lower := strings.NewReplacer("״", `"`, "׳", "'").Replace(strings.ToLower(shown(clip(t, 400))))
		if slices.ContainsFunc(l.inside, func(w string) bool { return strings.Contains(lower, w) }) {
			return true
		}
		all := wordsOf(t)
		for _, w := range l.whole {
			if strings.Contains(" "+all+" ", " "+w+" ") {
				return true
			}
		}
	}
	return false
}

// wordsOf are the words of a text or of a programmer's name, in lower case:
// userPass_2 is user pass 2.
func wordsOf(s string) string {
	var b strings.Builder
	before := ' '
	for _, r := range clip(s, 400) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before), unicode.IsDigit(r) != unicode.IsDigit(before):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// kindOfSecret is a sort of thing that nobody should read in a file.
type kindOfSecret struct {
	suffix string // of the secret's name
	noun   string
	lexicon
}

// secrets are looked through in order: the first that fits wins.
func secrets() []kindOfSecret {
	return []kindOfSecret{
		{"CODE", "a one-time code", lexicon{
			[]string{"one-time", "onetime", "verification code", "verificationcode", "authentication code", "einmalcode", "code de vérification", "código de verificación", "codice di verifica", "קוד אימות", "קוד חד", "کد تأیید", "کد تایید", "رمز التحقق", "код подтверждения", "验证码", "認証コード", "인증번호"},
			[]string{"otp", "totp", "mfa", "2 fa", "tan"},
		}},
		{"CARD_CODE", "a card's security code", lexicon{
			[]string{"security code", "securitycode", "card code", "prüfnummer", "kartenprüf", "cryptogramme", "código de seguridad", "codice di sicurezza", "קוד אבטחה", "ספרות בגב", "رمز الأمان"},
			[]string{"cvc", "cvv", "csc", "cvc 2", "cvv 2", "cc csc"},
		}},
		{"CARD_NUMBER", "a card's number", lexicon{
			[]string{"card number", "cardnumber", "card-number", "card_number", "kartennummer", "numéro de carte", "número de tarjeta", "número do cartão", "numero di carta", "מספר כרטיס", "כרטיס אשראי", "شماره کارت", "رقم البطاقة", "номер карты", "卡号", "カード番号"},
			[]string{"cc number", "cc num", "ccnum", "pan"},
		}},
		{"ID_NUMBER", "an identity number", lexicon{
			[]string{"תעודת זהות", "מספר זהות", `ת"ז`, "ת.ז", "social security", "national id", "passport number", "personalausweis", "steuernummer", "کد ملی", "رقم الهوية"},
			[]string{"ssn", "id number", "identity number", "dni", "nif", "bsn", "pesel"},
		}},
		{"PASSWORD", "a password", lexicon{
			[]string{"password", "passwort", "passwd", "kennwort", "passphrase", "passcode", "mot de passe", "motdepasse", "contraseña", "contrasena", "palavra-passe", "wachtwoord", "lösenord", "adgangskode", "passord", "salasana", "hasło", "jelszó", "пароль", "סיסמ", "קוד סודי", "كلمة المرور", "كلمة السر", "رمز عبور", "گذرواژه", "パスワード", "密码", "密碼", "비밀번호", "şifre", "parolă", "κωδικός"},
			[]string{"pass", "pwd", "pw", "pin", "pin code", "clave", "senha", "parola", "heslo", "geslo", "lozinka", "haslo", "sifre", "secret"},
		}},
		{"TOKEN", "a key", lexicon{[]string{"api key", "apikey", "access token", "auth token"}, nil}},
	}
}

// accounts are the fields after which a password is asked for.
func accounts() lexicon {
	return lexicon{
		[]string{"email", "e-mail", "username", "benutzername", "correo", "דואר", "אימייל", "שם משתמש", "ایمیل", "نام کاربری", "البريد", "почта", "логин"},
		[]string{"mail", "user", "login", "account", "user name"},
	}
}

// searches are the fields and buttons with which one looks for something.
func searches() lexicon {
	return lexicon{
		[]string{"search", "suche", "recherche", "buscar", "busca", "cerca", "zoeken", "sök", "szukaj", "חיפוש", "חפש", "جستجو", "بحث", "поиск", "搜索", "検索"},
		[]string{"find", "q", "query"},
	}
}

// orders are what buttons say that cost money. Words that also stand on the
// way there, such as checkout, are not among them.
func orders() lexicon {
	return lexicon{
		[]string{
			"place order", "place your order", "place my order", "buy now", "order now", "book now", "pay now", "submit order", "confirm order", "complete order",
			"complete purchase", "confirm and pay", "confirm purchase", "confirm payment", "jetzt kaufen", "kostenpflichtig bestellen", "zahlungspflichtig", "bestellung aufgeben",
			"passer la commande", "realizar pedido", "comprar ahora", "acquista ora", "bestelling plaatsen",
			"תשלום", "בצע הזמנה", "בצעו הזמנה", "ביצוע הזמנה", "שלח הזמנה", "שלחו הזמנה", "שליחת הזמנה", "אישור הזמנה", "סיום הזמנה", "קנה עכשיו", "קנו עכשיו", "קנייה מיידית",
			"ثبت سفارش", "پرداخت", "إتمام الطلب", "оформить заказ",
		},
		[]string{"pay", "kaufen", "bezahlen", "betalen", "payer", "acheter", "pagar", "שלם", "שלמו", "ادفع", "оплатить"},
	}
}

// choices are fields that are drop-downs more often than not.
func choices() lexicon {
	return lexicon{
		[]string{"country", "sort", "quantity", "currency", "language", "land", "pays", "país", "menge", "מדינה", "מיון", "כמות", "מידה", "צבע", "שפה", "کشور", "البلد"},
		[]string{"size", "color", "colour", "state", "month", "year", "qty", "reason"},
	}
}
