import { useRef, useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { Icon } from '../ui/icon.tsx';

/** Copies a link; where the browser allows that to secure pages only, it is shown to be copied by hand. */
export const ShareButton = ({ address }: { address: string }) => {
  const { announcement } = useApp();
  const [state, setState] = useState<'idle' | 'copied' | 'by-hand'>('idle');
  const field = useRef<HTMLInputElement>(null);
  const link = new URL(address, location.href).href;
  const share = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setState('copied');
      announcement.set('Link copied');
      setTimeout(() => setState('idle'), 3000);
    } catch {
      setState('by-hand');
      setTimeout(() => field.current?.select());
    }
  };
  return (
    <>
      <button type="button" onClick={() => void share()}>
        <Icon name={state === 'copied' ? 'check' : 'link'} />
        {state === 'copied' ? 'Link copied' : 'Share link'}
      </button>
      {state === 'by-hand' && (
        <input ref={field} class="link-field" readOnly value={link} aria-label="Link to this alert" />
      )}
    </>
  );
};
