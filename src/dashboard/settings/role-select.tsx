import type { Role } from '../wire.ts';

const roles: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: looks',
  operator: 'Operator: judges, pauses, learns',
  admin: 'Admin: everything',
};

export const RoleSelect = ({
  label,
  value,
  onChoose,
}: {
  label: string;
  value: Role;
  onChoose: (role: Role) => void;
}) => (
  <select aria-label={label} value={value} onChange={(event) => onChoose(event.currentTarget.value as Role)}>
    {Object.entries(roles).map(([role, text]) => (
      <option key={role} value={role}>
        {text}
      </option>
    ))}
  </select>
);
