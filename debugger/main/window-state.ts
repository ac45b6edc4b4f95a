/** Where the window stood when it was closed, kept in the platform's place for settings. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';

interface WindowState {
  readonly bounds: Partial<Rectangle>;
  readonly maximized: boolean;
}

const file = (): string => join(app.getPath('userData'), 'window.json');

/** No larger than the screen leaves room for. */
const fresh = (): WindowState => {
  const { width, height } = screen.getPrimaryDisplay().workArea;
  return { bounds: { width: Math.min(1440, width), height: Math.min(900, height) }, maximized: false };
};

/** The usual size where nothing was kept, what was kept makes no sense, or its display is gone. */
export const readWindowState = (): WindowState => {
  try {
    const kept: unknown = JSON.parse(readFileSync(file(), 'utf8'));
    return isState(kept) && isVisible(kept.bounds) ? kept : fresh();
  } catch {
    return fresh();
  }
};

/** A state that cannot be kept is not worth a word. */
export const keepWindowState = (window: BrowserWindow): void => {
  const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
  try {
    writeFileSync(file(), JSON.stringify(state));
  } catch {
    // The next window opens with the usual size.
  }
};

const isState = (value: unknown): value is { bounds: Rectangle; maximized: boolean } => {
  if (typeof value !== 'object' || value === null || !('bounds' in value) || !('maximized' in value)) return false;
  const { bounds, maximized } = value;
  if (typeof bounds !== 'object' || bounds === null || typeof maximized !== 'boolean') return false;
  const { x, y, width, height } = bounds as Record<string, unknown>;
  return [x, y, width, height].every(Number.isInteger) && (width as number) >= 640 && (height as number) >= 480;
};

const isVisible = (bounds: Rectangle): boolean =>
  screen.getAllDisplays().some(({ workArea: area }) => {
    const across = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const down = Math.min(bounds.y + bounds.height, area.y + area.height) - Math.max(bounds.y, area.y);
    return across > 100 && down > 100;
  });
