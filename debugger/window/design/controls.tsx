/** The small controls that every panel uses: icon buttons with a name and a tip, marks, masked values. */
import { Tooltip } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { keyLabel } from './key-label.ts';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label' | 'title'> {
  /** Its name, for the tip and for a screen reader. */
  readonly name: string;
  readonly icon: ReactNode;
  /** The key that does the same, as commands list it. */
  readonly hint?: string | undefined;
}

export function IconButton({ name, icon, hint, className = 'btn quiet icon', ...rest }: IconButtonProps) {
  return (
    <Tip text={name} hint={hint}>
      <button type="button" aria-label={name} className={className} {...rest}>
        {icon}
      </button>
    </Tip>
  );
}

export function Tip({ text, hint, children }: { readonly text: string; readonly hint?: string | undefined; readonly children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tip" sideOffset={4} collisionPadding={8}>
          {text}
          {hint === undefined ? null : <kbd>{keyLabel(hint)}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Six dots in place of a secret, however long it is. */
export function Masked() {
  return (
    <span className="dots" role="img" aria-label="masked">
      {[0, 1, 2, 3, 4, 5].map((dot) => (
        <i key={dot} />
      ))}
    </span>
  );
}

export function Keys({ keys }: { readonly keys: string }) {
  return <kbd>{keyLabel(keys)}</kbd>;
}
