import { useApp } from '../state/app.ts';
import { useStore } from '../state/use-store.ts';

const text = { connecting: 'Connecting', open: 'Connected', closed: 'Connection lost' } as const;

/** Whether the page is connected, in a word. */
export const ConnectionState = () => {
  const { link } = useApp().hub;
  const { state, wasOpen } = useStore(link);
  // Attempts to come back are part of being without connection.
  const shown = state === 'connecting' && wasOpen ? 'closed' : state;
  return (
    <p class={`connection ${shown}`} role="status" data-testid="connection">
      {text[shown]}
    </p>
  );
};
