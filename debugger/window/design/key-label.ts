/** Keys in the words of the machine: `Mod K` is ⌘K on a Mac and Ctrl K elsewhere. */

const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);

const signs: Readonly<Record<string, string>> = {
  ArrowRight: '→',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

export function keyLabel(keys: string, mac: boolean = isMac): string {
  const parts = keys
    .split(' ')
    .map((part) => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : part === 'Shift' && mac ? '⇧' : (signs[part] ?? part)));
  return parts.join(mac ? '' : ' ');
}
