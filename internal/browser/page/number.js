// Reads the one number that a text holds.
//
// Rules, in the order in which they apply:
//  1. Digits of any script count (Arabic-Indic, Persian, Devanagari, …), with
//     the Arabic separators. Currency signs, currency codes, percent signs,
//     words and marks of direction are read past.
//  2. 1,234.50, 1.234,50, 1 234,50 and 1'234.50: where two separators meet the
//     last is the decimal one and the others group thousands (or Indian lakhs).
//  3. A separator that comes more than once groups: 1,234,567. Where the groups
//     don't fit, as in a date or a version (12.05.2026, 1.2.3), it is no number.
//  4. A single separator before exactly three digits is what the language of
//     the page makes it; where that isn't known a comma groups (1,234) and a
//     point is decimal. A zero before it makes it decimal: 0,250.
//  5. A minus counts directly before the number or its currency sign (-5, -$5,
//     $-5) or directly after the number at its end (5-); a dash between words,
//     or between two numbers, doesn't. An amount that stands alone in
//     parentheses, with a currency sign or decimals, is negative: ($12.50).
//     (3) is a count of three.
//  6. Two numbers in one text are not one number.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const digitRuns = /(?<![\p{Nd}.,])[.,]\p{Nd}+(?![.,]?\p{Nd})|\p{Nd}+(?:[.,' ]\p{Nd}+)*/gu;

  // ascii writes digits and Arabic separators in their plain form.
  function ascii(text) {
    return text.replace(/[^\0-\x7f]/gu, (c) => {
      if (c === '\u066b') return '.';
      if (c === '\u066c') return "'"; // groups only, as an apostrophe does
      if (c === '\u2212' || c === '\u2013' || c === '\ufe63' || c === '\uff0d') return '-';
      return /\p{Nd}/u.test(c) ? String(digit(c.codePointAt(0))) : c;
    });
  }

  // digit is the value of a decimal digit: each script has its ten in a row, and
  // what stands before the zero is no digit or belongs to another ten.
  function digit(point) {
    if (point >= 0x1d7ce && point <= 0x1d7ff) return (point - 0x1d7ce) % 10;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value++;
    return value;
  }

  // split parts a run at spaces that don't group thousands: "3 12" is two.
  function split(run) {
    if (!run.includes(' ')) return [run];
    return /^\d{1,3}(?: \d{3})+(?:[.,]\d+)?$/.test(run) ? [run.replaceAll(' ', "'")] : run.split(' ').filter((r) => r !== '');
  }

  // value is a run of digits and separators as a number; null if it is none.
  // decimal is the language's own separator, for rule 4.
  function value(run, decimal) {
    const marks = run.replace(/\d/g, '');
    if (marks === '') return Number(run);
    const last = marks.at(-1);
    const before = marks.slice(0, -1);
    const tail = run.slice(run.lastIndexOf(last) + 1);
    const head = run.slice(0, run.lastIndexOf(last));
    let splits = last !== "'" && !before.includes(last);
    if (splits && before === '' && tail.length === 3 && /^[1-9]\d{0,2}$/.test(head)) splits = last === decimal;
    const whole = splits ? head : run;
    const groups = new Set(whole.replace(/\d/g, ''));
    if (groups.size > 1) return null;
    if (groups.size === 1 && !/^\d{1,3}(?:[.,'](?:\d{3}|\d\d(?=[.,']\d)))*[.,']\d{3}$/.test(whole)) return null;
    return Number(whole.replace(/[.,']/g, '') + (splits ? `.${tail}` : ''));
  }

  const money = String.raw`(?:\p{Sc}|[A-Z]{3}|[A-Z]{1,2}\p{Sc})`;

  // negative reports whether a number is marked as one, by what stands before
  // and after it.
  function negative(before, after, run) {
    if (new RegExp(String.raw`(?:^|[\s(:\p{Sc}])-(?:${money} ?)?$`, 'u').test(before)) return true;
    if (new RegExp(String.raw`^-(?= ?(?:${money}|%)|\s|$)(?! ?\d)`, 'u').test(after)) return true;
    const outside = String.raw`\s*(?:${money})?\s*`;
    const alone = new RegExp(String.raw`^${outside}\($`, 'u').test(before.replace(new RegExp(String.raw`\(\s*${money}\s*$`, 'u'), '('));
    const closed = new RegExp(String.raw`^${outside}\)${outside}$`, 'u').test(after);
    return alone && closed && (/\p{Sc}|[A-Z]{3}/u.test(before + after) || /[.,]\d{1,2}$/.test(run));
  }

  // read gives every number of a text; one that can't be read is NaN.
  function read(text, decimal = '.') {
    const plain = ascii(samui.find.fold(text));
    const found = [];
    for (const match of plain.matchAll(digitRuns)) {
      const runs = split(match[0]);
      for (const run of runs) {
        const number = value(run.replace(/^[.,]/, '0.'), decimal);
        const before = plain.slice(0, match.index);
        const after = plain.slice(match.index + match[0].length);
        found.push(number === null ? NaN : runs.length === 1 && negative(before, after, run) ? -number : number);
      }
    }
    return found;
  }

  // decimalOf is the decimal separator of a language, for rule 4.
  function decimalOf(language) {
    try {
      const parts = new Intl.NumberFormat(language || 'en').formatToParts(1.5);
      return parts.find((p) => p.type === 'decimal')?.value === ',' ? ',' : '.';
    } catch {
      return '.'; // a lang attribute may hold anything
    }
  }

  samui.number = { read, decimalOf };
})();
