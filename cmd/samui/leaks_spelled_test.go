package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
)

// leakCore is in every canary and nowhere else: where any piece of a canary
// shows, so does it.
const leakCore = "c4Nary"

// canaries are the secrets of the journeys, by their names.
func canaries() map[string]string {
	return map[string]string{
		"WORD":     `q"u\o%2Ft+e/c4Nary-word שלום <b>&'x`,
		"PASSWORD": `p@ss:c4Nary w0rd!`,
		"TOKEN":    `tokc4NaryZ9`,
		"KEY":      `key/c4Nary+==`,
		"SEED":     strings.ToUpper(leakCore + leakCore + leakCore + "ya"), // also base32
		"BASIC":    `Basic ` + base64.StdEncoding.EncodeToString([]byte("anna:c4Nary-basic")),
	}
}

// spelledLeaks are the forms in which a canary, or its core, might show.
func spelledLeaks() map[string]string {
	forms := map[string]string{}
	for name, v := range canaries() {
		asJSON, _ := json.Marshal(v)
		for form, text := range map[string]string{
			"plain": v, "query": url.QueryEscape(v), "path": url.PathEscape(v), "%20": strings.ReplaceAll(url.QueryEscape(v), "+", "%20"),
			"JSON": strings.Trim(string(asJSON), `"`), "Go": strings.Trim(strconv.QuoteToASCII(v), `"`), "HTML": html.EscapeString(v),
			"hex": hex.EncodeToString([]byte(v)),
		} {
			forms[name+" as "+form] = text
		}
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			for offset := range 3 {
				text := e.EncodeToString(append(make([]byte, offset), v...))
				forms[fmt.Sprintf("%s in base64, %d, %p", name, offset, e)] = text[[]int{0, 2, 3}[offset] : len(text)-2]
			}
		}
	}
	for offset := range 3 {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, offset), leakCore...))
		forms[fmt.Sprintf("core in base64, %d", offset)] = text[[]int{0, 2, 3}[offset] : (offset+len(leakCore))*8/6]
	}
	forms["core"], forms["core, hex"] = leakCore, hex.EncodeToString([]byte(leakCore))
	return forms
}
