import { useEffect, useRef } from 'preact/hooks';

interface MultiSelectProps {
  readonly label: string;
  /** Texts by name. */
  readonly options: Readonly<Record<string, string>>;
  /** None means any. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** A list of boxes to tick that opens below a button. */
export const MultiSelect = ({ label, options, chosen, onChange }: MultiSelectProps) => {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = ({ target }: Event): void => {
      if (element.current && !element.current.contains(target as Node)) element.current.open = false;
    };
    addEventListener('pointerdown', close);
    addEventListener('focusin', close);
    return () => {
      removeEventListener('pointerdown', close);
      removeEventListener('focusin', close);
    };
  }, []);
  const [first, ...others] = chosen.map((name) => options[name] ?? name);
  const summary = first === undefined ? label : others.length === 0 ? first : `${first} and ${others.length} more`;
  return (
    <details
      ref={element}
      class={chosen.length > 0 ? 'multi narrowed' : 'multi'}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'Escape' || !currentTarget.open) return;
        currentTarget.open = false;
        currentTarget.querySelector('summary')?.focus();
      }}
    >
      <summary>
        <span class="unseen">{label}: </span>
        {summary}
      </summary>
      <fieldset>
        <legend class="unseen">{label}</legend>
        {Object.entries(options).map(([name, text]) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ currentTarget: { checked } }) =>
                onChange(checked ? [...chosen, name] : chosen.filter((other) => other !== name))
              }
            />
            {text}
          </label>
        ))}
      </fieldset>
    </details>
  );
};
