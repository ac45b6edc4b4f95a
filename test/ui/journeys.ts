// What a person does with the window, written once for every shell that shows it. Everything is found by role and name.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = resolve(import.meta.dirname, '../../traces/mm-psk-3des-sha1-modp1024');
export const capture = join(folder, 'capture.pcap');
export const keys = join(folder, 'keys.json');

const known = JSON.parse(readFileSync(join(folder, 'daemons.json'), 'utf8')) as { ike_sas: [{ psk: string; dh_shared_secret: string; hash_i: string }] };
const [sa] = known.ike_sas;

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
