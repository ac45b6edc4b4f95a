/** Gives a file to whoever sits in front of the window: the browser, or Electron's own dialog, asks where to put it. */

export function download({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }, type = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
