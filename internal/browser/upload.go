package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"

	"samui/internal/journey"
)

// upload has a file field hold a file, without the dialog in which a customer
// would choose it.
func (st *step) upload(ctx context.Context, a journey.Action, at place) error {
	path, err := uploaded(a)
	if err != nil {
		return &Failure{
			Kind: journey.KindTarget, Target: a.Target.String(), Message: fmt.Sprintf("can't upload %q: %v", a.File, err),
			Hint: "the file has to lie with the journey, where it lay when the journey was checked",
		}
	}
	if err := st.arm(ctx, at.doc, "input", "0"); err != nil {
		return err
	}
	field, err := cdp.Call(ctx, st.sessionOf(at.doc), runtime.Evaluate, runtime.EvaluateParams{Expression: "samui.act.element()", UniqueContextID: at.doc.world})
	switch {
	case err != nil && isGone(err):
		return errDocumentGone
	case err != nil:
		return err
	case field.Result == nil || field.Result.ObjectID == "":
		return missError{"it went away"}
	}
	if err := send(ctx, st.sessionOf(at.doc), dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: field.Result.ObjectID}); err != nil {
		return err
	}
	return st.done(ctx, at.doc)
}

// uploaded is where an action's file is, which doesn't lead out of the
// journey's folder.
func uploaded(a journey.Action) (string, error) {
	folder, err := filepath.Abs(filepath.Dir(a.Pos.File))
	if err != nil {
		return "", err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", err
	}
	defer root.Close()
	f, err := root.Open(a.File)
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, a.File), f.Close()
}
