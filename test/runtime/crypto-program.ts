// Holds Node's crypto to every vector and prints what came out otherwise; OpenSSL and BoringSSL must print the same.
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { checkVectors } from '../support/crypto-vectors.ts';

const failures = checkVectors(nodeCrypto);
console.log(failures.length === 0 ? 'every vector agrees' : failures.join('\n'));
