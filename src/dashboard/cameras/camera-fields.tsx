import { Field } from '../ui/field.tsx';
import type { CameraForm } from './settings-form.ts';

interface CameraFieldsProps {
  readonly form: CameraForm;
  readonly onChange: (form: CameraForm) => void;
}

const tasks: Readonly<Record<string, string>> = {
  anomaly: 'Find what is unusual',
  denoise: 'Take the noise away',
  colorize: 'Colour night pictures',
};
/** Those that come with Nightjar, and the folder that the file names. */
const denoisersWith = (present: string): string[] =>
  [...new Set(['light', 'fast', 'best', present])].filter((name) => name !== '');
const sizePattern = '\\d+x\\d+';

/** The keys of a camera that are changed most, with their defaults in sight. */
export const CameraFields = ({ form, onChange }: CameraFieldsProps) => {
  const text = (key: 'size' | 'fps' | 'liveSize' | 'liveFps' | 'strength') => ({
    value: form[key],
    onInput: (event: { currentTarget: HTMLInputElement }) => onChange({ ...form, [key]: event.currentTarget.value }),
  });
  return (
    <>
      <fieldset class="field">
        <legend>Tasks</legend>
        {Object.entries(tasks).map(([name, label]) => (
          <label class="switch" key={name}>
            <input
              type="checkbox"
              checked={form.tasks.includes(name)}
              onChange={({ currentTarget: { checked } }) =>
                onChange({
                  ...form,
                  tasks: Object.keys(tasks).filter((task) => (task === name ? checked : form.tasks.includes(task))),
                })
              }
            />
            {label}
          </label>
        ))}
      </fieldset>
      <fieldset class="fields">
        <legend>Pictures that are analysed</legend>
        <Field label="Size" hint="WIDTHxHEIGHT, both divisible by 8">
          {(ids) => <input {...ids} {...text('size')} placeholder="256x144" pattern={sizePattern} />}
        </Field>
        <Field label="Pictures a second">
          {(ids) => <input {...ids} {...text('fps')} type="number" placeholder="5" min="0.1" max="60" step="any" />}
        </Field>
        <Field label="Colour">
          {(ids) => (
            <select
              {...ids}
              value={form.colour}
              onChange={(event) => onChange({ ...form, colour: event.currentTarget.value as CameraForm['colour'] })}
            >
              <option value="">Brightness alone (default)</option>
              <option value="true">Colour</option>
              <option value="false">Brightness alone</option>
            </select>
          )}
        </Field>
      </fieldset>
      <fieldset class="fields">
        <legend>Pictures for watching</legend>
        <Field label="Live size" hint="WIDTHxHEIGHT, both divisible by 8">
          {(ids) => <input {...ids} {...text('liveSize')} placeholder="640x360" pattern={sizePattern} />}
        </Field>
        <Field label="Live pictures a second">
          {(ids) => (
            <input {...ids} {...text('liveFps')} type="number" placeholder="10" min="0.1" max="60" step="any" />
          )}
        </Field>
        <Field label="Denoiser" hint="fast for a CPU, best for a GPU">
          {(ids) => (
            <select
              {...ids}
              value={form.denoiser}
              onChange={(event) => onChange({ ...form, denoiser: event.currentTarget.value })}
            >
              <option value="">fast (default)</option>
              {denoisersWith(form.denoiser).map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Denoising strength" hint="0 takes nothing away, 1 all noise">
          {(ids) => <input {...ids} {...text('strength')} type="number" placeholder="1" min="0" max="1" step="0.05" />}
        </Field>
      </fieldset>
    </>
  );
};
