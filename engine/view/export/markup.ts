/** Text inside XML and HTML: what comes from the network stands there as text and does nothing. */

/** Controls that XML 1.0 cannot hold, lone surrogates, and marks that turn the direction of text (Unicode TR 9). */
const unwritable = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/gu;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escaped = (text: string): string => text.replace(unwritable, '\ufffd').replace(/[&<>"']/g, (c) => entities[c] ?? c);

/** The window's colours, light and dark, by names that pictures and reports share. */
export const colours = `--bg:#eef0f2;--surface:#fff;--line:#c9ced6;--ink:#16191d;--ink-2:#434a54;--ink-3:#5d6571;--initiator:#06717b;\
--responder:#7b51ac;--good:#11753c;--warning:#9a5308;--bad:#ba3435;--note:#1e61bf`;

export const darkColours = `--bg:#0e1013;--surface:#15181c;--line:#3a414b;--ink:#eceef1;--ink-2:#b9c0c9;--ink-3:#98a1ad;--initiator:#59b4be;\
--responder:#bb98ea;--good:#6eb682;--warning:#de975f;--bad:#fb857e;--note:#7db1fd`;
