/** The button that saves what is drawn: as SVG, or as PNG at twice the size; secrets stay masked unless somebody asks for them. */
import { ImageDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { RefObject } from 'react';
import { download } from '../design/download.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { fontRules } from './fonts.ts';
import { svgOf } from './svg-of.ts';

interface SavePictureProps {
  /** For the file: `ladder`. */
  readonly name: string;
  readonly of: RefObject<HTMLElement | null>;
  /** Draws more than can be seen, out of sight, for what scrolls; to be thrown away with `release`. */
  readonly whole?: () => Promise<{ readonly element: HTMLElement; readonly release: () => void } | null>;
}

/** Pixels of a PNG for each pixel of the page. */
const scale = 2;

export function SavePicture({ name, of, whole }: SavePictureProps) {
  const dispatch = useDispatch();
  const trace = useWindow((state) => state.overview?.name ?? 'trace');
  const event = useWindow((state) => state.event);
  const revealed = useWindow((state) => state.reveal === 'all' || state.reveal.length > 0);
  const save = async (kind: 'svg' | 'png', secrets: boolean) => {
    const fonts = kind === 'png' ? await fontRules() : '';
    const drawn = await whole?.();
    const element = drawn?.element ?? of.current;
    if (element === null) return;
    const svg = svgOf(element, { secrets, fonts });
    const size = element.getBoundingClientRect();
    drawn?.release();
    const file = `${trace.replace(/\.[a-z0-9]+$/i, '').replace(/[^\w.-]+/g, '-')}-${name}-${event}.${kind}`;
    const bytes = kind === 'svg' ? new TextEncoder().encode(svg) : await pngOf(svg, size);
    if (bytes === null) return dispatch({ type: 'notice', text: 'This picture is too large for a PNG. Save it as SVG.' });
    download({ name: file, bytes }, kind === 'svg' ? 'image/svg+xml' : 'image/png');
    dispatch({ type: 'notice', text: secrets ? `${file} shows secrets.` : `${file} shows no secrets.` });
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="btn quiet small icon"
        aria-label={`Save the picture: ${name}`}
        title="Save the picture"
        data-save-picture
      >
        <ImageDown size={14} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="float menu" align="end" sideOffset={4}>
          <DropdownMenu.Item onSelect={() => void save('svg', false)}>Save as SVG</DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => void save('png', false)}>Save as PNG</DropdownMenu.Item>
          {revealed ? (
            <>
              <DropdownMenu.Separator />
              <DropdownMenu.Item onSelect={() => void save('svg', true)}>SVG with the secrets that are shown</DropdownMenu.Item>
              <DropdownMenu.Item onSelect={() => void save('png', true)}>PNG with the secrets that are shown</DropdownMenu.Item>
            </>
          ) : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** `null` where the browser cannot make an image of that size. */
async function pngOf(svg: string, { width, height }: DOMRect): Promise<Uint8Array | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  try {
    await image.decode();
  } catch {
    return null;
  }
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  return blob === null ? null : new Uint8Array(await blob.arrayBuffer());
}
