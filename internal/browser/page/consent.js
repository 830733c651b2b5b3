// Knows the buttons of banners that ask about cookies: of the common consent
// managers by what their pages call them, of others by their words.
//
// What a manager calls its buttons is a fact that others have collected, too;
// it was held against these in November 2026:
//
//   OneTrust      duckduckgo/autoconsent lib/cmps/onetrust.ts (accept); the id of reject is that of OneTrust's own banner script
//   Cookiebot     duckduckgo/autoconsent lib/cmps/cookiebot.ts
//   Usercentrics  duckduckgo/autoconsent rules/autoconsent/usercentrics-api.json (its root is a shadow root); buttons by their test ids
//   Didomi        duckduckgo/autoconsent rules/autoconsent/didomi.json
//   InMobi        duckduckgo/autoconsent rules/autoconsent/quantcast.json (its name until 2023)
//   TrustArc      duckduckgo/autoconsent lib/cmps/trustarc-top.ts
//   Complianz     the plugin's own banner: class="cmplz-btn cmplz-deny"
//   CookieYes     duckduckgo/autoconsent rules/autoconsent/cookieyes.json
//   Osano         duckduckgo/autoconsent rules/autoconsent/osano.json (accept); the class of reject is that of Osano's own dialog
//   Iubenda       duckduckgo/autoconsent rules/autoconsent/iubenda.json (accept); the class of reject is that of iubenda's own banner
//   Borlabs       duckduckgo/autoconsent rules/autoconsent/borlabs.json (version 2); version 3 by the classes of its own box
//
//   Sourcepoint   duckduckgo/autoconsent lib/cmps/sourcepoint-frame.ts; its buttons are in a frame
//   TrustArc      duckduckgo/autoconsent lib/cmps/trustarc-frame.ts, of those whose buttons are in a frame
//
// This runs in the frames of the managers that have one, too: overlay_frame.go
// knows which those are.
(() => {
  'use strict';
  const samui = globalThis.samui;

  const managers = [
    { name: 'OneTrust', accept: '#onetrust-accept-btn-handler,.js-accept-cookies', reject: '#onetrust-reject-all-handler' },
    {
      name: 'Cookiebot',
      accept: '#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll,#CybotCookiebotDialogBodyLevelButtonAccept,#CybotCookiebotDialogBodyButtonAccept',
      reject: '#CybotCookiebotDialogBodyButtonDecline',
    },
    { name: 'Usercentrics', accept: '[data-testid=uc-accept-all-button]', reject: '[data-testid=uc-deny-all-button]' },
    { name: 'Didomi', accept: '#didomi-notice-agree-button', reject: '#didomi-notice-disagree-button,.didomi-continue-without-agreeing' },
    {
      name: 'InMobi',
      accept: '#qc-cmp2-ui #accept-btn,.qc-cmp2-summary-buttons > button[mode=primary]',
      reject: '#qc-cmp2-ui #disagree-btn:not([disabled]),.qc-cmp2-summary-buttons > button[mode=secondary]:nth-of-type(2)',
    },
    { name: 'TrustArc', accept: '#truste-consent-button', reject: '#truste-consent-required' },
    {
      name: 'TrustArc in a frame',
      accept: ':root:has(#defaultpreferencemanager) .call',
      reject: ':root:has(#defaultpreferencemanager) .rejectAll,:root:has(#defaultpreferencemanager) .required',
    },
    { name: 'Sourcepoint', accept: '.sp_choice_type_11,.sp_choice_type_ACCEPT_ALL', reject: '.sp_choice_type_13,.sp_choice_type_REJECT_ALL' },
    { name: 'Complianz', accept: '.cmplz-cookiebanner .cmplz-accept', reject: '.cmplz-cookiebanner .cmplz-deny' },
    {
      name: 'CookieYes',
      accept: '.cky-consent-container [data-cky-tag=accept-button],.cky-btn-accept',
      reject: '.cky-consent-container [data-cky-tag=reject-button],.cky-btn-reject',
    },
    { name: 'Osano', accept: '.osano-cm-accept-all', reject: '.osano-cm-denyAll' },
    { name: 'Iubenda', accept: '.iubenda-cs-accept-btn', reject: '.iubenda-cs-reject-btn' },
    { name: 'Borlabs', accept: '.brlbs-btn-accept-all,[data-cookie-accept-all]', reject: '.brlbs-btn-accept-only-essential,[data-cookie-refuse]' },
  ];

  const about = /cookie|consent|עוגיות|קוקיז/iu;
  const banners = 'dialog,[role=dialog],[role=alertdialog],[aria-modal=true],[id*=cookie i],[class*=cookie i],[id*=consent i],[class*=consent i]';
  const words = {
    accept: [
      'accept', 'accept all', 'accept all cookies', 'accept cookies', 'allow all', 'allow all cookies', 'i accept', 'i agree', 'agree', 'got it', 'ok',
      'אישור', 'אני מאשר', 'אני מאשר/ת', 'אני מסכים', 'מאשר', 'מסכים', 'קבל הכל', 'אשר הכל', 'אישור הכל', 'קבלת הכל', 'הבנתי',
      'alle akzeptieren', 'akzeptieren', 'alles akzeptieren', 'zustimmen', 'alle zulassen', 'einverstanden',
      'tout accepter', 'accepter', 'accepter tout', "j'accepte", 'aceptar', 'aceptar todo', 'aceptar todas', 'accetta', 'accetta tutti', 'accetta tutto',
      'alles accepteren', 'accepteren', 'aceitar', 'aceitar todos', 'zaakceptuj wszystkie', 'принять', 'принять все',
    ],
    reject: [
      'reject', 'reject all', 'reject all cookies', 'decline', 'decline all', 'deny', 'deny all', 'refuse', 'necessary only', 'only necessary', 'essential only',
      'use necessary cookies only', 'continue without accepting', 'no thanks',
      'דחה', 'דחה הכל', 'דחייה', 'דחיית הכל', 'סירוב', 'לא מאשר', 'הכרחיים בלבד',
      'ablehnen', 'alle ablehnen', 'alles ablehnen', 'nur notwendige', 'nur essenzielle cookies akzeptieren',
      'tout refuser', 'refuser', 'continuer sans accepter', 'rechazar', 'rechazar todo', 'rechazar todas', 'rifiuta', 'rifiuta tutti', 'rifiuta tutto',
      'alles weigeren', 'weigeren', 'rejeitar', 'rejeitar todos', 'odrzuć wszystkie', 'отклонить', 'отклонить все',
    ],
  };

  // buttons are the first button, if any, that answers so.
  const buttons = (answer) => {
    const selector = managers.map((m) => m[answer]).join(',');
    const known = samui.dom.query(selector).filter(samui.find.visible);
    if (known.length > 0) return known.slice(0, 1);
    const wanted = new Set(words[answer]);
    const says = (el) => wanted.has(samui.find.name(el).trim().toLowerCase());
    const asking = samui.dom.query(banners).filter((el) => samui.find.visible(el) && about.test(samui.find.text(el)));
    if (asking.length === 0) return [];
    const fits = (el) => asking.some((banner) => samui.dom.inside(el, banner)) && samui.find.visible(el) && says(el);
    return samui.targets.operables().filter(fits).slice(0, 1);
  };

  samui.consent = { buttons };
})();
