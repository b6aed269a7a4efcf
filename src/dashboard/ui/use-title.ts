import { useEffect } from 'preact/hooks';

/** The page's title while a view is shown. */
export const useTitle = (title: string): void =>
  useEffect(() => {
    document.title = title === '' ? 'Nightjar' : `${title} · Nightjar`;
  }, [title]);
