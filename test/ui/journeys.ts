// What a person does with the window, written once for every shell that shows it. Everything is found by role and name.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = resolve(import.meta.dirname, '../../traces/mm-psk-3des-sha1-modp1024');
export const capture = join(folder, 'capture.pcap');
export const keys = join(folder, 'keys.json');

const known = JSON.parse(readFileSync(join(folder, 'daemons.json'), 'utf8')) as {
  ike_sas: [{ psk: string; dh_shared_secret: string; hash_i: string }];
};
const [sa] = known.ike_sas;

/** As the keys page would cut them in the middle. */
export const secretBeginnings: readonly string[] = [sa.psk, `${sa.dh_shared_secret.slice(0, 4)}…`];

/** How long the window may take to show something, in milliseconds: generous, for machines that are busy. */
const patience = 20_000;

interface Message {
  readonly label: string;
  readonly way: 'initiator to responder' | 'responder to initiator';
  /** The state in which the message leaves each side, where it moves it; IOS's names. */
  readonly initiator?: string;
  readonly responder?: string;
}

const out = 'initiator to responder';
const back = 'responder to initiator';

/** The bundled trace, message by message: index 1 is the first. From the daemons' logs, and IOS's names for the states. */
const messages: readonly Message[] = [
  { label: 'MM1', way: out, initiator: 'IKE_I_MM1', responder: 'IKE_R_MM1' },
  { label: 'MM2', way: back, initiator: 'IKE_I_MM2', responder: 'IKE_R_MM2' },
  { label: 'MM3', way: out, initiator: 'IKE_I_MM3', responder: 'IKE_R_MM3' },
  { label: 'MM4', way: back, initiator: 'IKE_I_MM4', responder: 'IKE_R_MM4' },
  { label: 'MM5', way: out, initiator: 'IKE_I_MM5', responder: 'IKE_R_MM5' },
  { label: 'MM6', way: back, initiator: 'IKE_P1_COMPLETE', responder: 'IKE_P1_COMPLETE' },
  { label: 'QM1', way: out, initiator: 'IKE_QM_I_QM1' },
  { label: 'QM2', way: back, responder: 'IKE_QM_R_QM2' },
  { label: 'QM3', way: out, initiator: 'IKE_QM_PHASE2_COMPLETE', responder: 'IKE_QM_PHASE2_COMPLETE' },
  ...[1, 2, 3, 4].flatMap(() => [{ label: 'ESP', way: out } as const, { label: 'ESP', way: back } as const]),
  { label: 'INFO', way: out },
  { label: 'INFO', way: out },
];

const soon = async <T>(what: () => Promise<T>, wanted: (value: T) => void): Promise<void> => {
  await expect.poll(async () => check(await what(), wanted), { timeout: patience, interval: 50 }).toBe('as wanted');
};

const check = <T>(value: T, wanted: (value: T) => void): string => {
  try {
    wanted(value);
    return 'as wanted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** What can be read there: text that is hidden does not count. */
const words = async (place: Locator): Promise<string> => (await place.allInnerTexts()).join('\n');

const slider = (page: Page): Locator => page.getByRole('slider', { name: 'Time' });
const ladder = (page: Page): Locator => page.getByRole('grid', { name: 'Ladder' });
const packet = (page: Page): Locator => page.getByRole('tree', { name: 'Packet' });
const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** Waits until all of the window shows one event: time, ladder and packet. In a log of one capture, event n is frame n. */
export const standsAt = (page: Page, event: number): Promise<void> =>
  soon(
    async () => ({
      at: await slider(page).getAttribute('aria-valuenow'),
      row: await currentRow(page),
      packet: await words(page.getByRole('region', { name: 'Packet' })),
    }),
    (shown) => {
      expect(shown.at).toBe(String(event));
      expect(shown.row).toMatch(new RegExp(`^${event}, `));
      if (event > 0) expect(shown.packet).toContain(`frame ${event},`);
    },
  );

const currentRow = async (page: Page): Promise<string> => {
  const rows = ladder(page).getByRole('row', { selected: true });
  return (await rows.count()) > 0 ? ((await rows.first().getAttribute('aria-label')) ?? '') : '';
};

/** Keeps a picture for people to look at. */
export const picture = async (page: Page, name: string): Promise<void> => {
  const screens = resolve(import.meta.dirname, '../../test-results/screens');
  mkdirSync(screens, { recursive: true });
  await page.screenshot({ path: join(screens, `${name}.png`), animations: 'disabled' });
};

/** Forward to each message: who sent it, what it is, and where it leaves both sides. */
export const stepToEachMessage = async (page: Page): Promise<void> => {
  await button(page, 'First event').click();
  await standsAt(page, 0);
  for (const [i, message] of messages.entries()) {
    const event = i + 1;
    await button(page, 'Next event').click();
    await standsAt(page, event);
    const row = await currentRow(page);
    expect(row).toContain(`, ${message.label}, `);
    expect(row).toContain(message.way);
    for (const state of [message.initiator, message.responder]) if (state) expect(row).toContain(state);
    expect(row).not.toContain('not decrypted');
    expect(await slider(page).getAttribute('aria-valuetext')).toContain(message.label);
    expect(await packet(page).getByRole('treeitem').count()).toBeGreaterThan(0);
  }
};

const unfold = async (page: Page, name: RegExp): Promise<void> => {
  const branch = packet(page).getByRole('treeitem', { name }).first();
  await branch.click();
  if ((await branch.getAttribute('aria-expanded')) === 'false') await page.keyboard.press('ArrowRight');
  await soon(
    () => branch.getAttribute('aria-expanded'),
    (open) => expect(open).toBe('true'),
  );
};

/** A field of the tree and its octets are one selection. */
export const selectHashOfMm5 = async (page: Page): Promise<void> => {
  await ladder(page).focus();
  await page.keyboard.press('g');
  await page.getByRole('textbox', { name: 'Event', exact: true }).fill('5');
  await page.keyboard.press('Enter');
  await standsAt(page, 5);
  await unfold(page, /^Encrypted data/);
  await unfold(page, /^Hash( |$)/);
  const field = packet(page).getByRole('treeitem', { name: /^HASH_I/ });
  await field.first().click();
  await soon(
    () => field.first().getAttribute('aria-selected'),
    (selected) => expect(selected).toBe('true'),
  );
  const inspector = page.getByRole('region', { name: 'Selected field' });
  await soon(
    () => words(inspector),
    (text) => {
      expect(text.replace(/\s/g, '')).toContain(sa.hash_i);
      expect(text).toContain('equal when recomputed');
    },
  );
  const lit = page.getByRole('region', { name: 'Bytes' }).locator('path.selected').first();
  expect(await lit.getAttribute('d')).toMatch(/\S/);
};

/** Back is as good as forward, and the keys do what the buttons do. */
export const stepBack = async (page: Page): Promise<void> => {
  await button(page, 'Last event').click();
  await standsAt(page, messages.length);
  await button(page, 'Previous event').click();
  await standsAt(page, messages.length - 1);
  await ladder(page).focus();
  await page.keyboard.press('ArrowLeft');
  await standsAt(page, messages.length - 2);
  await page.keyboard.press('k');
  await standsAt(page, messages.length - 3);
  await page.keyboard.press('Home');
  await standsAt(page, 0);
  await page.keyboard.press('End');
  await standsAt(page, messages.length);
};

/** What is secret stays masked until somebody asks for it. */
export const secretsAreMasked = async (page: Page): Promise<void> => {
  const text = await words(page.locator('body'));
  expect(text).not.toContain(sa.psk);
  expect(text.replace(/\s/g, '')).not.toContain(sa.dh_shared_secret.slice(0, 32));
};

/** Drops a file on the window, as a person does with the mouse. */
export const drop = async (page: Page, name: string, bytes: Uint8Array): Promise<void> => {
  const transfer = await page.evaluateHandle(
    ({ name, octets }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(octets)], name));
      return transfer;
    },
    { name, octets: [...bytes] },
  );
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer });
};

/** A capture that was cut opens as far as it goes, and the window names the packet and the place. */
export const dropDamaged = async (page: Page): Promise<void> => {
  await drop(page, 'cut.pcap', readFileSync(capture).subarray(0, cutAt));
  const banner = page
    .getByRole('alert')
    .or(page.getByRole('status'))
    .filter({ hasText: `packet ${cutPacket}` });
  await soon(
    () => banner.count(),
    (n) => expect(n).toBeGreaterThan(0),
  );
  await soon(
    () => words(page.locator('body')),
    (text) => expect(text).toContain('cut.pcap'),
  );
  await button(page, 'Show bytes').click();
  const octets = page.getByRole('dialog');
  await soon(
    () => words(octets),
    (text) => expect(text).toContain(recordAt.toString(16).padStart(4, '0')),
  );
  await octets.getByRole('button', { name: 'Close' }).click();
  await button(page, 'Last event').click();
  await standsAt(page, cutPacket - 1);
};

// In the middle of a record: counted from the record headers of the capture itself.
const { recordAt, cutAt, cutPacket } = ((): Record<'recordAt' | 'cutAt' | 'cutPacket', number> => {
  const bytes = readFileSync(capture);
  let at = 24;
  for (let packet = 1; packet < 7; packet++) at += 16 + bytes.readUInt32LE(at + 8);
  return { recordAt: at, cutAt: at + 16 + 40, cutPacket: 7 };
})();

/** Without keys the window says which is missing, takes it where it says so, and opens what it opens. */
export const giveKeys = async (page: Page): Promise<void> => {
  await ladder(page)
    .getByRole('row', { name: /^5, .*MM5.*not decrypted/ })
    .click();
  await standsAt(page, 5);
  const form = page.getByRole('form', { name: /missing/ });
  await form.getByLabel('Pre-shared key').fill(sa.psk);
  await form.getByLabel('g^xy, hex').fill(sa.dh_shared_secret);
  await form.getByRole('button', { name: 'Give' }).click();
  await soon(
    () =>
      packet(page)
        .getByRole('treeitem', { name: /^HASH_I/ })
        .count(),
    (n) => expect(n).toBeGreaterThan(0),
  );
  await soon(
    () => currentRow(page),
    (row) => expect(row).not.toContain('not decrypted'),
  );
  await secretsAreMasked(page);
};

/** A file that is no capture is refused in words, and what was open stays open. */
export const dropNonsense = async (page: Page): Promise<void> => {
  await drop(page, 'holiday.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0));
  await soon(
    () => words(page.locator('body')),
    (text) => expect(text).toContain('holiday.jpg is not understood'),
  );
};

/** From nothing to the bundled trace. */
export const openBundled = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /Main mode, pre-shared key/ }).click();
  await soon(
    () => slider(page).getAttribute('aria-valuemax'),
    (last) => expect(last).toBe(String(messages.length)),
  );
};

/** A view of the window, by its tab. */
export const openView = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name, exact: true }).click();
};

const verdict = (page: Page): Locator => page.getByRole('region', { name: 'Verdict', exact: true });
const timeline = (page: Page): Locator => page.getByRole('complementary', { name: 'Timeline' });

interface Failure {
  /** The line of the list. */
  readonly summary: RegExp;
  /** The title of the verdict. */
  readonly title: string;
  /** What the evidence has to name. */
  readonly evidence: readonly RegExp[];
  /** What the drawing says never came. */
  readonly missing: string;
  /** Where "go to" leads, and what is selected there. */
  readonly event: number;
  readonly selected: RegExp | null;
  readonly remedy: RegExp;
}

/** As a field engineer does: the verdict is there, its evidence is read, one click leads to the packet, and back. */
export const meetFailure = async (page: Page, failure: Failure): Promise<void> => {
  const rows = page.getByRole('listbox', { name: 'Verdicts' }).getByRole('option');
  await soon(
    () => words(rows.first()),
    (text) => expect(text).toMatch(failure.summary),
  );
  await soon(
    () => words(verdict(page)),
    (text) => {
      expect(text).toContain(failure.title);
      for (const shown of failure.evidence) expect(text).toMatch(shown);
      expect(text).toContain('What would show the opposite');
      expect(text).toMatch(failure.remedy);
    },
  );
  await soon(
    () => words(timeline(page)),
    (text) => {
      expect(text).toContain(failure.missing);
      expect(text).toContain('never came');
    },
  );
  await verdict(page)
    .getByRole('button', { name: new RegExp(`^Go to #${failure.event}`) })
    .click();
  await standsAt(page, failure.event);
  if (failure.selected) {
    const wanted = failure.selected;
    await soon(
      async () => (await packet(page).getByRole('treeitem', { selected: true }).first().getAttribute('aria-label')) ?? '',
      (name) => expect(name).toMatch(wanted),
    );
  }
  // Back to the verdict by its key, and in again by another.
  await ladder(page).focus();
  await page.keyboard.press('2');
  await soon(
    () => words(verdict(page)),
    (text) => expect(text).toContain(failure.title),
  );
  await page.getByRole('listbox', { name: 'Verdicts' }).focus();
  await page.keyboard.press('Enter');
  await standsAt(page, failure.event);
  await openView(page, 'Diagnose');
};

export const noProposalChosen: Failure = {
  summary: /Failed at MM2: no proposal chosen/,
  title: 'No phase 1 proposal chosen',
  evidence: [/Offered, transform 2/, /AES-CBC-128/, /frame 2, bytes [0-9a-f]+–[0-9a-f]+/],
  missing: 'MM2',
  event: 2,
  selected: /^(N|Notif)/,
  remedy: /one suite in common/,
};

export const espOneWay: Failure = {
  summary: /Up, but ESP is blocked/,
  title: 'ESP is blocked',
  evidence: [/6 packets from the initiator/, /0 packets from the responder/, /From here nobody can tell/],
  missing: 'ESP',
  event: 10,
  selected: null,
  remedy: /protocol 50/,
};

export const pfsMismatch: Failure = {
  summary: /Up at a later try: PFS groups differ/,
  title: 'PFS groups differ',
  evidence: [/Refused and taken/, /2, MODP-1024/, /14, MODP-2048/],
  missing: 'QM2',
  event: 8,
  selected: /^(N|Notif)/,
  remedy: /same perfect forward secrecy group/,
};

/** The charts of ESP follow time: the counters are those of the moment, a click on a row of the film goes there. */
export const watchEsp = async (page: Page): Promise<void> => {
  await openView(page, 'ESP');
  const counters = page.getByRole('complementary', { name: 'Counters' });
  await soon(
    () => words(counters),
    (text) => expect(text).toMatch(/Packets\s+0\s+6\s+0/),
  );
  const film = page.getByRole('img', { name: /^Film of the 64-packet replay window/ });
  await soon(
    () => film.locator('.film-row').count(),
    (n) => expect(n).toBe(6),
  );
  await film.locator('.film-row').nth(2).click();
  await soon(
    () => slider(page).getAttribute('aria-valuenow'),
    (at) => expect(at).toBe('12'),
  );
  await soon(
    () => words(counters),
    (text) => expect(text).toMatch(/Packets\s+3\s+6\s+0/),
  );
  await counters.click();
  await page.keyboard.press('t');
  await soon(
    () => page.getByRole('table', { name: 'The replay window, one row a packet' }).getByRole('row').count(),
    (n) => expect(n).toBe(7),
  );
  await page.keyboard.press('t');
};

/** The same history as the device's own lines; a line leads to its event. */
export const readLog = async (page: Page): Promise<void> => {
  await openView(page, 'Log');
  const lines = page.getByRole('grid', { name: 'Log lines' });
  await lines.focus();
  await page.keyboard.press('Home');
  const line = lines.getByRole('row').filter({ hasText: 'Old State = IKE_READY  New State = IKE_R_MM1' });
  await soon(
    () => line.count(),
    (n) => expect(n).toBe(1),
  );
  await line.click();
  await soon(
    () => slider(page).getAttribute('aria-valuenow'),
    (at) => expect(at).toBe('1'),
  );
};

const tab = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name, exact: true });

/** Four pairs of SAs, 8 s apart with a lifetime of 12 s, as that trace's configuration has it; by its key the page opens. */
export const readTiming = async (page: Page): Promise<void> => {
  await ladder(page).focus();
  await page.keyboard.press('8');
  const waits = page.getByRole('table', { name: /^Answers of Phase 1/ });
  await soon(
    () => words(waits),
    (text) => {
      for (const label of ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6']) expect(text).toContain(label);
    },
  );
  const tunnel = page.getByRole('region', { name: 'Tunnel 10.1.0.0/16 – 10.2.0.0/16' });
  await tunnel.getByRole('img', { name: /rekeyed 3 times/ }).waitFor();
  const rows = tunnel.getByRole('table').getByRole('row');
  expect(await rows.count()).toBe(5);
  expect(await words(rows.nth(2))).toMatch(/initiator\s+after [78]\.\d{3} s, 6\d % of the lifetime before\s+12 s/);
  expect(await tab(page, 'Certificates').count()).toBe(0);
  const [first = ''] = /#\d+/.exec(await words(rows.nth(1))) ?? [];
  await rows
    .nth(1)
    .getByRole('button', { name: `Go to ${first}` })
    .click();
  await standsAt(page, Number(first.slice(1)));
  await openView(page, 'Timing');
};

/** Both sides proved themselves with a certificate of a root that neither showed. */
export const readCertificates = async (page: Page): Promise<void> => {
  await tab(page, 'Certificates').waitFor();
  await ladder(page).focus();
  await page.keyboard.press('9');
  for (const side of ['initiator', 'responder']) {
    const own = page.getByRole('region', { name: new RegExp(`^Certificates of the ${side}`) });
    await soon(
      () => words(own),
      (text) => {
        expect(text).toContain('Its signature over the exchange is right.');
        expect(text).toContain(`The identity ${side}.lab.example stands in the certificate.`);
        expect(text).toContain('Valid at the time of the capture');
        expect(text).toContain('CN=Lab Root CA, was not shown');
      },
    );
    await own.getByRole('article', { name: new RegExp(`CN=${side}`) }).waitFor();
    expect(await own.getByRole('img', { name: 'Right' }).count()).toBe(3);
  }
};

/** Out of the search again, the keys step through time. */
export const leaveSearch = async (page: Page): Promise<void> => {
  await openView(page, 'Step');
  await ladder(page).focus();
  await page.keyboard.press('Home');
  await standsAt(page, 0);
  await page.keyboard.press('/');
  await page.keyboard.type('MM5');
  await soon(
    () => words(page.getByRole('list', { name: 'Hits' })),
    (text) => expect(text).toContain('#5'),
  );
  await page.keyboard.press('Enter');
  await standsAt(page, 5);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+ArrowRight');
  await standsAt(page, 7);
};

/** A picture as a file: SVG that another program can draw, without what is masked. */
export const savePicture = async (page: Page): Promise<string> => {
  await openView(page, 'Keys');
  await button(page, 'Reveal all').click();
  await button(page, 'Save the picture: keys').click();
  const coming = page.waitForEvent('download', { timeout: patience });
  await page.getByRole('menuitem', { name: 'Save as SVG', exact: true }).click();
  const file = await (await coming).path();
  await button(page, 'Mask all').click();
  return readFileSync(file, 'utf8');
};
