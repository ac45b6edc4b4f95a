/** Attributes payload body of mode config and XAUTH, draft-dukes-ike-mode-cfg-02 3.2. */
import { reserved, shown, struct, u8, u16 } from '../../bytes/field.ts';
import { configurationAttributes, configurationTypes, secretConfigurationAttributes } from '../../registry/attribute.ts';
import { named } from '../../registry/registry.ts';
import { attributes as attributeList } from '../attribute.ts';

export const attributes = struct({
  type: shown('Type', u8, (n) => named(configurationTypes, n)),
  reserved: reserved(1),
  identifier: shown('Identifier', u16),
  attributes: attributeList(() => configurationAttributes, secretConfigurationAttributes),
});
