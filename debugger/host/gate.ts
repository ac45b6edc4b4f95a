/**
 * Who may enter `ikewind serve`. The URL holds a token that is good once; it is exchanged for a cookie that scripts cannot read and
 * other sites cannot send. Host and Origin are checked, so that a page elsewhere cannot reach us under a name that resolves to loopback.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';

export interface Gate {
  /** What the first URL carries. Good once. */
  readonly token: string;
  /** Uses the token up. `undefined` where it is wrong or was used before; else the value of the cookie. */
  readonly exchange: (token: string) => string | undefined;
  readonly knows: (cookie: string | undefined) => boolean;
}

export const makeGate = (): Gate => {
  const token = secret();
  const cookie = secret();
  let used = false;
  return {
    token,
    exchange: (given) => {
      if (used || !equal(given, token)) return undefined;
      used = true;
      return cookie;
    },
    knows: (given) => used && given !== undefined && equal(given, cookie),
  };
};

/** Whether a request names us by a loopback name, and comes from our own page or from no page at all. */
export const isOurs = (headers: Readonly<Record<string, string | undefined>>, port: number, wantsOrigin: boolean): boolean => {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  if (host === undefined || !names.includes(host)) return false;
  return origin === undefined ? !wantsOrigin : origin === `http://${host}`;
};

const secret = (): string => randomBytes(32).toString('base64url');

const equal = (a: string, b: string): boolean => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
};
