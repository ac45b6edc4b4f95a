/** What stands between the lines of a PEM text, RFC 7468. */

/** Every block with that label, as DER. */
export const derOf = (text: string, label: string): readonly Uint8Array[] => {
  const block = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g');
  return [...text.matchAll(block)].map(([, base64 = '']) => Uint8Array.from(Buffer.from(base64, 'base64')));
};
