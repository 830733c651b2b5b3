// What an element is and what it is called, in the terms that a customer and a
// screen reader share: its ARIA role and its accessible name.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const known = new Set(
    ('alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox complementary contentinfo definition deletion dialog ' +
      'document emphasis feed figure form generic grid gridcell group heading img insertion link list listbox listitem log main mark marquee math menu menubar menuitem menuitemcheckbox ' +
      'menuitemradio meter navigation none note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider ' +
      'spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem').split(' '),
  );

  // Roles that mean the same as one of those above.
  const alias = { image: 'img', none: 'presentation' };

  // Tags that have one role whatever their attributes.
  const ofTag = {
    article: 'article', aside: 'complementary', blockquote: 'blockquote', button: 'button', caption: 'caption', code: 'code', datalist: 'listbox',
    dd: 'definition', del: 'deletion', details: 'group', dfn: 'term', dialog: 'dialog', dt: 'term', em: 'emphasis', fieldset: 'group', figure: 'figure',
    form: 'form', h1: 'heading', h2: 'heading', h3: 'heading', h4: 'heading', h5: 'heading', h6: 'heading', hr: 'separator', html: 'document', ins: 'insertion',
    li: 'listitem', main: 'main', mark: 'mark', math: 'math', menu: 'list', meter: 'meter', nav: 'navigation', ol: 'list', optgroup: 'group', option: 'option', output: 'status',
    p: 'paragraph', progress: 'progressbar', search: 'search', strong: 'strong', sub: 'subscript', summary: 'button', sup: 'superscript', svg: 'img', table: 'table',
    tbody: 'rowgroup', textarea: 'textbox', tfoot: 'rowgroup', thead: 'rowgroup', time: 'time', tr: 'row', ul: 'list',
  };

  // Tags whose role depends on more than their name.
  const byTag = {
    a: (el) => (el.hasAttribute('href') ? 'link' : ''),
    area: (el) => (el.hasAttribute('href') ? 'link' : ''),
    footer: (el) => (sectioned(el) ? '' : 'contentinfo'),
    header: (el) => (sectioned(el) ? '' : 'banner'),
    img: (el) => (el.getAttribute('alt') === '' && !el.hasAttribute('title') && !el.hasAttribute('aria-label') ? 'presentation' : 'img'),
    input: ofInput,
    section: (el) => (ownName(el) ? 'region' : ''),
    select: (el) => (el.multiple || el.size > 1 ? 'listbox' : 'combobox'),
    td: (el) => (inGrid(el) ? 'gridcell' : 'cell'),
    th: (el) => (/^row/.test(el.getAttribute('scope') ?? '') ? 'rowheader' : 'columnheader'),
  };

  function ofInput(el) {
    switch (el.type) {
      case 'hidden':
        return '';
      case 'button':
      case 'file':
      case 'image':
      case 'reset':
      case 'submit':
        return 'button';
      case 'checkbox':
        return el.hasAttribute('switch') ? 'switch' : 'checkbox';
      case 'radio':
        return 'radio';
      case 'range':
        return 'slider';
      case 'number':
        return 'spinbutton';
      default:
        if (el.list) return 'combobox';
        return el.type === 'search' ? 'searchbox' : 'textbox';
    }
  }

  // A header or footer of a part of the page isn't the page's.
  function sectioned(el) {
    return samui.dom.closest(samui.dom.parent(el), (up) => /^(article|aside|main|nav|section)$/.test(up.localName)) !== null;
  }

  function inGrid(el) {
    return /^(grid|treegrid)$/.test(el.closest('table,[role]')?.getAttribute('role') ?? '');
  }

  function ownName(el) {
    return ['aria-label', 'aria-labelledby', 'title'].some((a) => (el.getAttribute(a) ?? '').trim() !== '');
  }

  // role is the explicit or implicit ARIA role; empty where there is none.
  // Password and date fields, which have none, count as textboxes, and a
  // <summary> as a button: that is what they are to a customer.
  function role(el) {
    for (const token of (el.getAttribute('role') ?? '').toLowerCase().split(/\s+/)) {
      const r = canonical(token);
      // What can be focused isn't mere presentation, whatever it claims.
      if (known.has(r) && !(r === 'presentation' && el.tabIndex >= 0)) return r;
    }
    const own = byTag[el.localName];
    if (own) return own(el);
    if (Object.hasOwn(ofTag, el.localName)) return ofTag[el.localName];
    return el.isContentEditable && !samui.dom.parent(el)?.isContentEditable ? 'textbox' : '';
  }

  // canonical is the name that role() gives to a role.
  function canonical(wanted) {
    return alias[wanted] ?? wanted;
  }

  // tagsOf is a selector of the elements that may have a role.
  function tagsOf(wanted) {
    const tags = Object.keys(ofTag).filter((tag) => ofTag[tag] === wanted);
    const more = {
      banner: 'header', button: 'input', cell: 'td', checkbox: 'input', columnheader: 'th', combobox: 'select,input', contentinfo: 'footer', gridcell: 'td', img: 'img', link: 'a,area',
      listbox: 'select', presentation: 'img', radio: 'input', region: 'section', rowheader: 'th', searchbox: 'input', slider: 'input', spinbutton: 'input', switch: 'input',
      textbox: 'input,[contenteditable]',
    };
    if (more[wanted]) tags.push(more[wanted]);
    return ['[role]', ...tags].join(',');
  }

  // Roles that are named by what is in them.
  const named = new Set(
    'button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option radio row rowheader switch tab tooltip treeitem'.split(' '),
  );

  // Roles of what a customer operates, and of the fields among them.
  const fields = new Set('checkbox combobox listbox radio searchbox slider spinbutton switch textbox'.split(' '));
  const operated = new Set([...fields, ...'button link menuitem menuitemcheckbox menuitemradio option tab treeitem'.split(' ')]);

  // name is the accessible name (accname 1.2), folded. One deviation: what is
  // typed or chosen in a field is no part of any name. It may be a secret, and
  // a name that changes while one types finds nothing.
  function name(el) {
    return nameAs(el, false);
  }

  // nameAs is the name, or, drawn, the name as text-transform draws it.
  function nameAs(el, drawn) {
    const names = samui.dom.memoMap(drawn ? 'drawn name' : 'name');
    let known = names.get(el);
    if (known === undefined) {
      known = samui.find.fold(nameOf(el, { seen: new Set(), referred: false, deep: false, hidden: false, drawn }));
      names.set(el, known);
    }
    return known;
  }

  // says reports whether test(text, wanted) holds for an element's name, as it
  // is written or as it is drawn.
  function says(el, test, wanted) {
    return samui.text.eitherSpelling(test, wanted, name(el), () => nameAs(el, true));
  }

  // labelSays is says for one of the labels of a field.
  function labelSays(el, test, wanted) {
    return labels(el).some((label, i) => samui.text.eitherSpelling(test, wanted, label, () => labels(el, true)[i] ?? ''));
  }

  // nameOf walks as accname's "computation steps" do. `referred`: on the way
  // of an aria-labelledby, where no other is followed; `deep`: inside something
  // that is named by its content; `hidden`: hidden parts count as well, for a
  // label that is itself hidden; `drawn`: what is in an element as it is drawn.
  function nameOf(el, how) {
    if (how.seen.has(el)) return '';
    how.seen.add(el);
    if (how.deep && !how.hidden && isHidden(el)) return '';
    if (!how.referred) {
      const labels = labelledby(el);
      if (labels.length > 0) {
        const text = labels.map((l) => nameOf(l, { seen: new Set(), referred: true, deep: false, top: true, hidden: isHidden(l), drawn: how.drawn })).join(' ');
        if (text.trim() !== '') return text;
      }
    }
    const label = el.getAttribute('aria-label') ?? '';
    if (label.trim() !== '') return label;
    const r = role(el);
    if (how.deep && fields.has(r)) return '';
    const native = r === 'presentation' ? null : nativeName(el, how);
    if (native) return native;
    if (named.has(r) || how.deep || how.top) {
      const text = content(el, how);
      if (text.trim() !== '') return text;
    }
    return tooltip(el) || (isTextField(el) ? (el.getAttribute('placeholder') ?? el.getAttribute('aria-placeholder') ?? '') : '');
  }

  // nativeName is what HTML itself names an element by.
  function nativeName(el, how) {
    const inner = (child) => (child ? nameOf(child, { ...how, deep: true, top: true }) : '');
    switch (el.localName) {
      case 'input':
        if (el.type === 'image') return el.getAttribute('alt') || tooltip(el) || 'Submit';
        if (/^(button|submit|reset)$/.test(el.type)) {
          return labelsOf(el, how) || (how.drawn ? samui.text.drawn(el.value, el) : el.value) || { submit: 'Submit', reset: 'Reset' }[el.type] || '';
        }
        return labelsOf(el, how);
      case 'button':
      case 'meter':
      case 'output':
      case 'progress':
      case 'select':
      case 'textarea':
        return labelsOf(el, how);
      case 'area':
      case 'img':
        return el.getAttribute('alt');
      case 'fieldset':
        return inner(el.querySelector(':scope > legend'));
      case 'figure':
        return inner(el.querySelector(':scope > figcaption'));
      case 'table':
        return inner(el.querySelector(':scope > caption'));
      case 'svg':
        return el.querySelector(':scope > title')?.textContent ?? '';
      case 'optgroup':
      case 'option':
        return el.getAttribute('label') ?? '';
      default:
        return '';
    }
  }

  // labelsFor lists a field's <label>s. Element.labels would search the whole
  // document for each field; this does so once.
  function labelsFor(el) {
    const known = samui.dom.memo('labels', () => {
      const byField = new Map();
      for (const label of samui.dom.query('label')) {
        const field = label.control;
        if (field) byField.set(field, [...(byField.get(field) ?? []), label]);
      }
      return byField;
    });
    return known.get(el) ?? [];
  }

  function labelsOf(el, how) {
    return labelsFor(el).map((l) => labelText(l, el, how.drawn, how.seen)).filter((t) => t.trim() !== '').join(' ');
  }

  // labelText is a <label>'s text without the field that may stand in it.
  function labelText(label, field, drawn, seen = new Set()) {
    return nameOf(label, { seen: new Set([...seen, field]), referred: true, deep: false, top: true, hidden: isHidden(label), drawn });
  }

  // labels lists the texts that label a field, each by itself, folded: as they
  // are written or as they are drawn.
  function labels(el, drawn = false) {
    const known = samui.dom.memoMap(drawn ? 'drawn labels of' : 'labels of');
    let texts = known.get(el);
    if (texts === undefined) {
      const own = [el.getAttribute('aria-label') ?? '', ...labelsFor(el).map((l) => labelText(l, el, drawn))];
      const refs = labelledby(el).map((l) => labelText(l, el, drawn));
      texts = [...own, ...refs, refs.join(' ')].map(samui.find.fold).filter((t) => t !== '');
      known.set(el, texts);
    }
    return texts;
  }

  function labelledby(el) {
    const list = el.getAttribute('aria-labelledby');
    if (!list) return [];
    const ids = list.split(/\s+/).filter((id) => id !== '');
    return ids.map((id) => el.getRootNode().getElementById?.(id)).filter(Boolean);
  }

  function tooltip(el) {
    return el.getAttribute('title') ?? '';
  }

  function isTextField(el) {
    return /^(textbox|searchbox|combobox|spinbutton)$/.test(role(el));
  }

  const unnamed = new Set(['script', 'style', 'template', 'noscript']);

  // content joins what is in an element: blocks apart, inline parts together.
  function content(el, how) {
    const inner = { ...how, deep: true };
    let text = '';
    samui.dom.eachChild(el, (node) => {
      if (node.nodeType === Node.TEXT_NODE) text += how.drawn ? samui.text.drawn(node.data, el) : node.data;
      if (node.nodeType !== Node.ELEMENT_NODE || unnamed.has(node.localName)) return;
      const part = nameOf(node, inner);
      text += samui.text.breaks(node) ? ` ${part} ` : part;
    });
    return text;
  }

  // isHidden is what a screen reader doesn't get. Text cut off to a pixel is
  // there for it alone and is part of names.
  function isHidden(el) {
    if (el.getAttribute('aria-hidden')?.trim().toLowerCase() === 'true') return true;
    return !el.checkVisibility({ visibilityProperty: true }) && samui.dom.display(el) !== 'contents';
  }

  samui.aria = { says, labelSays, named, fields, operated, canonical, tagsOf, labels, labelsFor, labelledby };
  samui.find = Object.assign(samui.find ?? {}, { role, name });
})();
