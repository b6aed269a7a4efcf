import { useApp } from '../state/app.ts';
import { useResource } from '../state/use-resource.ts';
import { useStore } from '../state/use-store.ts';

/** What runs here. */
export const About = () => {
  const { pipeline, hub } = useApp();
  const openapi = useResource<{ info: { version: string } }>('openapi.json');
  const server = useStore(pipeline);
  const cameras = useStore(hub.cameras);
  return (
    <section class="panel" aria-labelledby="about">
      <h2 id="about">About</h2>
      <dl class="facts">
        {openapi.value && (
          <div>
            <dt>Nightjar</dt>
            <dd class="number">{openapi.value.info.version}</dd>
          </div>
        )}
        <div>
          <dt>Cameras</dt>
          <dd class="number">{cameras?.length ?? '–'}</dd>
        </div>
        {server && (
          <div>
            <dt>Pipeline file</dt>
            <dd>
              {server.file}
              {!server.canWrite && <span class="muted"> (the page cannot change it)</span>}
            </dd>
          </div>
        )}
      </dl>
      {openapi.value && (
        <p>
          <a href="api/openapi.json">REST API (OpenAPI)</a>, <a href="api/asyncapi.json">WebSocket (AsyncAPI)</a>
        </p>
      )}
    </section>
  );
};
