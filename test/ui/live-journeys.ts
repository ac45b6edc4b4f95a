// What a person does with the window at a running engine. Everything is found by role and name.
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const patience = 20_000;

const soon = async (what: () => Promise<string>, wanted: RegExp | string): Promise<void> => {
  await expect.poll(what, { timeout: patience, interval: 50 }).toMatch(wanted);
};

const engine = (page: Page): Locator => page.getByRole('region', { name: 'Engine' });
const words = async (place: Locator): Promise<string> => (await place.allInnerTexts()).join('\n');
const slider = (page: Page): Locator => page.getByRole('slider', { name: 'Time' });
const dialog = (page: Page, name: string): Locator => page.getByRole('dialog', { name });

/** Gives the event behind which it is held: where the window stands, since it goes on with the log. */
export const isHeldAt = async (page: Page, where: string): Promise<number> => {
  await soon(() => words(engine(page)), `Held at ${where}`);
  await soon(() => words(engine(page)), /Leaves next MM5: who we are, and the proof/);
  const at = Number(await slider(page).getAttribute('aria-valuenow'));
  expect(at).toBe(Number(await slider(page).getAttribute('aria-valuemax')));
  return at;
};

/** By keyboard: the dialog, down to the field, its octets, out again. */
export const editIdentity = async (page: Page, hex: string): Promise<void> => {
  await page.keyboard.press('e');
  const fields = dialog(page, 'The next message').getByRole('listbox', { name: 'Fields' });
  const data = fields.getByRole('option', { name: /Identification Data 192\.0\.2\.1$/ });
  await data.waitFor();
  await fields.focus();
  for (let i = 0; i < 40 && (await data.getAttribute('aria-selected')) !== 'true'; i++) await page.keyboard.press('ArrowDown');
  const octets = page.getByRole('textbox', { name: 'Octets of Data' });
  expect(await octets.inputValue()).toBe('c0000201');
  await octets.fill(hex);
  await page.keyboard.press('Enter');
  await fields.getByRole('option', { name: /Identification Data 192\.0\.2\.99$/ }).waitFor();
  await page.keyboard.press('Escape');
  await soon(() => words(page.getByRole('list', { name: 'Asked for it' })), /edit next payloads 8 c0000263/);
};

export const letGo = async (page: Page): Promise<void> => {
  await engine(page)
    .getByRole('button', { name: /^Do not hold at MM5/ })
    .click();
  await page.keyboard.press('F8');
  await soon(() => words(engine(page)), 'Running');
};

export const hasFailed = (page: Page): Promise<void> => soon(() => words(engine(page)), /failed: the peer refuses/);

export const forkAt = async (page: Page, event: number, future: string): Promise<void> => {
  await page.keyboard.press('g');
  await page.getByRole('textbox', { name: 'Event', exact: true }).fill(String(event));
  await page.keyboard.press('Enter');
  await soon(async () => (await slider(page).getAttribute('aria-valuenow')) ?? '', new RegExp(`^${event}$`));
  await page.keyboard.press('f');
  const fork = dialog(page, 'Fork here');
  await fork.getByRole('radio', { name: new RegExp(`^${future}`) }).check();
  await fork.getByRole('button', { name: 'Fork', exact: true }).click();
  await fork.waitFor({ state: 'detached' });
  await soon(() => words(engine(page)), new RegExp(`Fork 1 at #${event}`));
};

/** It says what it is, and its negotiation is up. */
export const hasSucceeded = async (page: Page): Promise<void> => {
  await soon(() => words(engine(page)), /In virtual time, against a peer that an engine of ours plays/);
  await page.keyboard.press('End');
  await soon(() => words(page.getByRole('complementary', { name: 'Negotiations' })), /\bUp\b/);
  await soon(() => words(page.getByRole('grid', { name: 'Ladder' })), /QM3/);
};

export const comparesAt = async (page: Page, label: string): Promise<void> => {
  await page.keyboard.press('Shift+F');
  const compare = dialog(page, 'What differs from the log of the engine');
  await compare.getByRole('row').filter({ hasText: label }).first().waitFor();
  await soon(() => words(compare.getByRole('row').filter({ hasText: label }).first()), /Identification/);
};

export const backToEngine = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape');
  await engine(page).getByRole('button', { name: 'Engine', exact: true }).click();
  await soon(() => words(page.getByRole('complementary', { name: 'Negotiations' })), /Failed|refused|mismatch|authent/i);
};

export const runs = (page: Page): Promise<void> => soon(() => words(engine(page)), /Running/);

export const isHeld = async (page: Page, where: RegExp, next: RegExp): Promise<void> => {
  await soon(() => words(engine(page)), where);
  await soon(() => words(engine(page)), next);
};

export const fromPalette = async (page: Page, command: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(command);
  await page.getByRole('option', { name: command }).waitFor();
  await page.keyboard.press('Enter');
};

export const isAskedFor = (page: Page, change: string): Promise<void> =>
  soon(() => words(page.getByRole('list', { name: 'Asked for it' })), change);

/** The column is a pop-over where the window is narrow. */
export const isUp = async (page: Page): Promise<void> => {
  await page.keyboard.press('[');
  await soon(() => words(page.getByRole('complementary', { name: 'Negotiations' })), /\bUp\b/);
};

export const attachTo = async (page: Page, address: string): Promise<void> => {
  // What ships with the program is told in the greeting, as is that it is Electron.
  await page
    .getByRole('button', { name: /main mode/i })
    .first()
    .waitFor();
  await fromPalette(page, 'Attach to a running engine');
  const dialogOpen = dialog(page, 'Attach to a running engine');
  await dialogOpen.getByRole('textbox', { name: 'Address' }).fill(address);
  await page.keyboard.press('Enter');
  await dialogOpen.waitFor({ state: 'detached' });
};
