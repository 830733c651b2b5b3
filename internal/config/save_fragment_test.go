package config

import (
	"strings"
	"testing"
)

// What a fragment saves is known to the steps after it, and its files lie with
// it; who is too early is told where it is saved.
func TestFragmentsSaveAndUpload(t *testing.T) {
	js, problems := LoadJourneys(Default(), []string{"testdata/saves/good.yaml"}, testEnv())
	if len(problems) > 0 || len(js) != 1 {
		t.Fatalf("%d journeys, problems %v", len(js), problems)
	}
	upload := js[0].Steps[1].Do[1]
	if upload.File != "photo.jpg" || upload.Pos.File != "testdata/saves/fragments/order.yaml" {
		t.Errorf("%s is uploaded by %s", upload.File, upload.Pos)
	}
	_, problems = LoadJourneys(Default(), []string{"testdata/saves/early.yaml"}, testEnv())
	want := `testdata/saves/early.yaml:9:17: step "home": open holds ${number}, which step "order" saves in testdata/saves/fragments/order.yaml:9, when it has ended`
	if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), want) {
		t.Errorf("problems %v, want %s", problems, want)
	}
}
