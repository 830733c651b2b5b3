package probe

// hide redacts once more what was told of the steps and of what was before
// them: what a step saved as a
// secret was none yet when an earlier one was told. Those who were told keep
// what they have.
func (v *visit) hide() {
	each := func(texts []string) []string {
		var hidden []string
		for _, text := range texts {
			hidden = append(hidden, v.redact.Redact(text))
		}
		return hidden
	}
	if first := v.run.FirstVisit; first != nil {
		first.URL = v.redact.Redact(first.URL)
		if first.Failure != nil {
			first.Failure = v.optional(*first.Failure)
		}
	}
	for i := range v.run.Steps {
		s := &v.run.Steps[i]
		s.Notes, s.Console = each(s.Notes), s.Console.Map(v.redact.Redact)
		if s.Page != nil {
			page := *s.Page
			page.URL, page.Causes = v.redact.Redact(page.URL), page.Causes.Map(v.redact.Redact)
			s.Page = &page
		}
		if s.Failure != nil {
			f := *s.Failure
			f.Message, f.Nearest = v.redact.Redact(f.Message), append([]string{}, each(f.Nearest)...)
			for _, text := range []**string{&f.Target, &f.Hint} {
				if *text != nil {
					*text = v.optional(**text)
				}
			}
			s.Failure = &f
		}
	}
	if e := v.run.Error; e != nil {
		e.Message = v.redact.Redact(e.Message)
	}
}
