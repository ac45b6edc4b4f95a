/** Notification and Delete payload bodies, RFC 2408 3.14 and 3.15. */
import { bytesBy, repeat, rest, type Sofar, shortHex, shown, sizeOf, struct, u8, u16, u32 } from '../../bytes/field.ts';
import { dois } from '../../registry/doi.ts';
import { notifyTypesV1 } from '../../registry/notify-type.ts';
import { protocolIds } from '../../registry/protocol-id.ts';
import { named } from '../../registry/registry.ts';

const doi = shown('DOI', u32, (n) => named(dois, n));
const protocolId = shown('Protocol ID', u8, (n) => named(protocolIds, n));

/** R-U-THERE and its answer carry a sequence number of four octets, RFC 3706 5.3. */
const dataText = (data: Uint8Array, sofar: Sofar): string => {
  const type = Number(sofar['notifyType']);
  const isNumber = (type === 36136 || type === 36137) && data.length === 4;
  return isNumber ? `sequence number ${data.reduce((n, b) => n * 256 + b, 0)}` : shortHex(data);
};

export const notification = struct({
  doi,
  protocolId,
  spiSize: sizeOf('spi', shown('SPI size', u8)),
  notifyType: shown('Type', u16, (n) => named(notifyTypesV1, n), 'RFC 2408 3.14.1'),
  spi: shown('SPI', bytesBy('spiSize')),
  data: shown('Data', rest, dataText),
});

export const deletion = struct({
  doi,
  protocolId,
  spiSize: shown('SPI size', u8),
  spiCount: sizeOf('spis', shown('Number of SPIs', u16)),
  spis: repeat(shown('SPI', bytesBy('spiSize')), 'spiCount'),
});
