import type { ComponentChildren } from "preact";

const Icon = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <svg class={`icon icon-${name}`} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
    <g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
      {children}
    </g>
  </svg>
);

export const CheckIcon = () => (
  <Icon name="check">
    <path d="M5 12.5 10 17.5 19 7" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon name="plus">
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

export const CrossIcon = () => (
  <Icon name="cross">
    <path d="M6.5 6.5 17.5 17.5M17.5 6.5 6.5 17.5" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon name="warning">
    <path d="M12 4 21 19.5H3ZM12 10v4.5M12 17v.01" />
  </Icon>
);

export const InformationIcon = () => (
  <Icon name="information">
    <path d="M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 11v5.5M12 7.5v.01" />
  </Icon>
);

export const MenuIcon = () => (
  <Icon name="menu">
    <path d="M4 7h16M4 12h16M4 17h16" />
  </Icon>
);

export const PasskeyIcon = () => (
  <Icon name="passkey">
    <path d="M8.5 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM2.5 20a6 6 0 0 1 9.5-4.9M17 12.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM17 12.5V20l-2-2M17 16l2-1.5" />
  </Icon>
);

export const ArrowIcon = () => (
  <Icon name="arrow">
    <path d="M9 5.5 15.5 12 9 18.5" />
  </Icon>
);

/** The mark of Postern: a lit doorway in a wall. */
export const PosternMark = () => (
  <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
    <path class="mark-wall" d="M4 30V14a12 12 0 0 1 24 0v16Z" />
    <path class="mark-light" d="M10 30V14a6 6 0 0 1 12 0v16Z" />
    <path class="mark-leaf" d="M10 30V14a6 6 0 0 1 6-6l2.5 4.5V30Z" />
  </svg>
);
