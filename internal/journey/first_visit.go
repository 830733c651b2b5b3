package journey

// FirstVisit is what a customer who returns did before: they came to the start
// page, and their browser kept what browsers keep. It is no part of the visit,
// none of its waits, and its requests are not among the steps'.
type FirstVisit struct {
	URL      string        `json:"url"`
	LoadMs   *float64      `json:"load_ms"`
	Requests RequestCounts `json:"requests"`
	Failure  *string       `json:"failure"` // why the page wasn't seen to its end; nil = it was
}

// StartPage is where the customer comes in: the address that the journey opens
// first, where that stands in it, and the site's own otherwise.
func (j Journey) StartPage() Text {
	for _, s := range j.Steps {
		for _, a := range s.Do {
			if a.Verb != Open || s.Asks() {
				continue
			}
			for _, p := range a.URL.Parts() {
				if p.Source != "" {
					return Plain("/")
				}
			}
			return a.URL
		}
	}
	return Plain("/")
}
