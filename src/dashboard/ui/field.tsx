import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** Gets the id that the label names, and that of the hint. */
  readonly children: (ids: { readonly id: string; readonly 'aria-describedby'?: string }) => ComponentChildren;
}

/** A control with its label and what to know about it. */
export const Field = ({ label, hint, children }: FieldProps) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, ...(hint !== undefined && { 'aria-describedby': `${id}-hint` }) })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

interface ChoiceProps<Name extends string> {
  readonly label: string;
  readonly value: Name | undefined;
  readonly options: Readonly<Record<Name, string>>;
  readonly onChoose: (name: Name) => void;
}

/** One of a few, all of them seen: buttons of which one is pressed. */
export const Choice = <Name extends string>({ label, value, options, onChoose }: ChoiceProps<Name>) => (
  <div class="choice" role="group" aria-label={label}>
    {(Object.entries(options) as [Name, string][]).map(([name, text]) => (
      <button type="button" key={name} aria-pressed={name === value} onClick={() => onChoose(name)}>
        {text}
      </button>
    ))}
  </div>
);
