package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"samui/internal/journey"
)

// resolve finds what one ${…} stands for.
func (r reader) resolve(n *node, p piece) ([]journey.Part, bool) {
	if !p.isRef {
		return []journey.Part{{Literal: p.literal}}, true
	}
	if p.open {
		r.fail(n, r.key+" holds a ${ that is never closed", "${NAME}", "write $${ for the characters themselves")
		return nil, false
	}
	form, rest, prefixed := strings.Cut(p.inside, ":")
	switch {
	case !prefixed:
		return r.variable(n, p.inside)
	case form == "env":
		return r.environment(n, rest)
	case form == "secret":
		return r.secret(n, rest)
	case form == "date":
		return r.date(n, p.inside, rest)
	case form == "now":
		return r.now(n, p.inside, rest)
	case form == "random":
		return r.random(n, p.inside, rest)
	case form == "totp":
		return r.code(n, p.inside, rest)
	}
	r.fail(n, fmt.Sprintf("%s holds ${%s}", r.key, p.inside), wantReference, referenceHint(form))
	return nil, false
}

// referenceHint is what to write instead of a form that there isn't.
func referenceHint(form string) string {
	switch form {
	case "time", "timestamp":
		return "write ${now:15:04}"
	case "choice", "pick", "one_of", "oneof":
		return "write ${random:a|b}"
	case "otp", "2fa", "mfa":
		return "write ${totp:NAME}"
	case "uuid", "run", "location":
		return "write ${" + form + "}"
	}
	return didYouMean(form, referenceForms())
}

// isName reports whether s names a variable: a letter, then letters, digits, _
// and -, at most 100.
func isName(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || (r != '-' && (r < '0' || r > '9'))) {
			return false
		}
	}
	return s != "" && len(s) <= 100
}

// varName is the name of a variable.
func varName() word[string] {
	return word[string]{
		noun: "names", want: "a name of letters, digits, _ and -", pattern: `^[A-Za-z_][A-Za-z0-9_-]{0,99}$`,
		parse: func(s string) (string, fault) {
			if !isName(s) {
				return "", fault{"is not the name of a variable", invisibleHint(s)}
			}
			return s, fault{}
		},
	}
}

func (r reader) variable(n *node, name string) ([]journey.Part, bool) {
	if !isName(name) {
		r.fail(n, fmt.Sprintf("%s holds ${%s}", r.key, name), wantReference, "write $${ for the characters ${ themselves")
		return nil, false
	}
	if r.scope.vars[name] == nil {
		if parts, ok, known := r.savedValue(n, name); known {
			return parts, ok
		}
	}
	if r.scope.vars[name] == nil && slices.Contains(journey.BuiltIns(), name) {
		return r.builtIn(n, name)
	}
	if r.scope.vars == nil {
		r.fail(n, fmt.Sprintf("%s holds ${%s}, and there are no variables here", r.key, name), "${env:NAME} or ${secret:NAME}", "write ${env:"+name+"}")
		return nil, false
	}
	v := r.scope.vars[name]
	if v == nil {
		if !r.scope.unknown {
			known := make([]string, 0, len(r.scope.vars))
			for k := range r.scope.vars {
				known = append(known, k)
			}
			known = append(known, slices.Collect(maps.Keys(r.scope.later))...)
			slices.Sort(known)
			hint := didYouMean(name, append(known, journey.BuiltIns()...))
			want := "a variable of vars:"
			if r.scope.params {
				want = "one of the fragment's params:"
			}
			switch {
			case hint != "":
			case r.scope.params:
				hint = fmt.Sprintf("add it to params:, and to with: where the fragment is used: with: {%s: …}", name)
			default:
				hint = fmt.Sprintf("add it: vars: {%s: …}", name)
			}
			r.fail(n, fmt.Sprintf("%s holds ${%s}, which is not set%s", r.key, name, r.scope.site), want, hint)
		}
		return nil, false
	}
	switch v.state {
	case expanding:
		r.fail(n, fmt.Sprintf("variable %s holds itself", name), "variables that lead to a text", "")
		return nil, false
	case untouched:
		v.state = expanding
		v.text, v.ok = r.under("variable "+name).text(v.node, "a text")
		v.state = expanded
	case expanded:
	}
	return v.text.Parts(), v.ok
}

func (r reader) environment(n *node, rest string) ([]journey.Part, bool) {
	name, otherwise, hasDefault := strings.Cut(rest, ":-")
	if !isName(name) {
		r.fail(n, fmt.Sprintf("%s holds ${env:%s}", r.key, rest), "${env:NAME} or ${env:NAME:-default}", "")
		return nil, false
	}
	if secret, ok := strings.CutPrefix(name, secretPrefix); ok {
		r.fail(n, fmt.Sprintf("%s holds ${env:%s}, and would show it", r.key, name), "${secret:NAME}", "write ${secret:"+secret+"}")
		return nil, false
	}
	value, set := r.scope.env.lookup(name)
	switch {
	case set && (value != "" || !hasDefault):
		return []journey.Part{{Literal: value}}, true
	case hasDefault:
		return []journey.Part{{Literal: otherwise}}, true
	}
	r.fail(n, fmt.Sprintf("%s holds ${env:%s}, which is not set", r.key, name), "the environment variable "+name, fmt.Sprintf("export %s=…, or give a default: ${env:%s:-…}", name, name))
	return nil, false
}

// secretPrefix begins the names of environment variables that hold secrets.
const secretPrefix = "SAMUI_SECRET_"

// secret looks in the environment, then in the folder of secrets.
func (r reader) secret(n *node, name string) ([]journey.Part, bool) {
	value, ok := r.secretValue(n, "secret:"+name, name)
	return []journey.Part{{Secret: value, Source: "${secret:" + name + "}"}}, ok
}

// secretValue is the secret of that name, for ${inside}.
func (r reader) secretValue(n *node, inside, name string) (journey.Secret, bool) {
	if !isName(name) {
		r.fail(n, fmt.Sprintf("%s holds ${%s}", r.key, inside), "${"+strings.TrimSuffix(inside, name)+"NAME}", "the name is that of a file in the folder of secrets:, or of SAMUI_SECRET_NAME")
		return journey.Secret{}, false
	}
	if r.scope.env.NoSecrets {
		return journey.NewSecret("secret"), true
	}
	variable, file := secretPrefix+name, filepath.Join(r.scope.secrets, name)
	value, set := r.scope.env.lookup(variable)
	if !set {
		data, err := readSmall(file, maxText)
		if err != nil {
			what := "which is not set"
			if !errors.Is(err, fs.ErrNotExist) {
				what = "which can't be read: " + reason(err)
			}
			r.fail(n, fmt.Sprintf("%s holds ${%s}, %s", r.key, inside, what), fmt.Sprintf("the environment variable %s or the file %s", variable, file), "")
			return journey.Secret{}, false
		}
		value = strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	}
	if value == "" {
		r.fail(n, fmt.Sprintf("%s holds ${%s}, which is empty", r.key, inside), fmt.Sprintf("a value in the environment variable %s or the file %s", variable, file), "")
		return journey.Secret{}, false
	}
	return journey.NewSecret(value), true
}

// reason is the cause of a failure on a file, without the path.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// date is a day that is known on the visit: +30d, or +30d:02/01/2006.
func (r reader) date(n *node, inside, rest string) ([]journey.Part, bool) {
	const want = "${date:+30d} or ${date:+30d:02/01/2006}"
	if !r.scope.dates {
		r.fail(n, fmt.Sprintf("%s holds ${%s}, and a date is known only on a visit", r.key, inside), "a text without dates", "")
		return nil, false
	}
	offset, layout, hasLayout := strings.Cut(rest, ":")
	m := regexp.MustCompile(`^([+-][0-9]{1,5})d$`).FindStringSubmatch(offset)
	if m == nil {
		r.fail(n, fmt.Sprintf("%s holds ${%s}", r.key, inside), want, "write +0d for today, -7d for a week ago")
		return nil, false
	}
	days, err := strconv.Atoi(m[1])
	if err != nil {
		panic("BUG: " + err.Error())
	}
	if hasLayout && !isLayout(layout) {
		r.fail(n, fmt.Sprintf("%s holds ${%s}, whose form says no day", r.key, inside), want, "write the second of January 2006 in the form that you want: 02/01/2006, 2.1.06, Jan 2")
		return nil, false
	}
	return []journey.Part{{Source: "${" + inside + "}", Date: &journey.Date{Days: days, Layout: layout}}}, true
}

// isLayout reports whether a layout of package time says the day.
func isLayout(layout string) bool {
	one := time.Date(2001, time.February, 3, 0, 0, 0, 0, time.UTC)
	return one.Format(layout) != one.AddDate(0, 0, 1).Format(layout)
}
