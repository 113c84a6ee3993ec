import { Link } from "@tanstack/react-router";
import {
  Activity,
  Bell,
  Bot,
  Building,
  Building2,
  ChartColumn,
  FileClock,
  Fingerprint,
  Gauge,
  KeyRound,
  KeySquare,
  type LucideIcon,
  Mail,
  MonitorSmartphone,
  ScanSearch,
  ScrollText,
  Server,
  ShieldCheck,
  SquareTerminal,
  Tickets,
  UserRound,
  UsersRound,
  Waypoints,
  Webhook,
} from "lucide-react";
import type { ReactElement } from "react";
import { useSession } from "../session/use-session.ts";
import { isAbove, navigationFor, type NavigationIcon } from "./navigation.ts";

export function SideNavigation({ onNavigate }: { readonly onNavigate?: () => void }): ReactElement {
  const groups = navigationFor(useSession());
  return (
    <nav aria-label="Settings" className="grid gap-5">
      {groups.map(({ label, items }) => (
        <div key={label} className="grid gap-1">
          <h2 className="truncate px-2.5 text-xs font-medium text-faint">
            <bdi>{label}</bdi>
          </h2>
          <ul className="grid gap-px">
            {items.map((item) => {
              const { to, label: text, icon } = item;
              const Icon = NAVIGATION_ICONS[icon];
              return (
                <li key={to}>
                  <Link
                    to={to}
                    onClick={() => onNavigate?.()}
                    activeOptions={{ exact: isAbove(item, items), includeSearch: false }}
                    className="relative flex min-h-9 items-center gap-2.5 rounded-control px-2.5 py-1.5 text-soft hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-ink forced-colors:data-[status=active]:underline lg:min-h-8 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint data-[status=active]:[&>svg]:text-mint"
                  >
                    <Icon aria-hidden="true" />
                    {text}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}

// The icon of each page, in the side bar and the command palette.

export const NAVIGATION_ICONS: Record<NavigationIcon, LucideIcon> = {
  tokens: Fingerprint,
  "ai-clients": Bot,
  notices: Bell,
  activity: Activity,
  profile: UserRound,
  sessions: MonitorSmartphone,
  device: SquareTerminal,
  overview: ChartColumn,
  members: UsersRound,
  "organization-tokens": Tickets,
  "api-keys": KeyRound,
  policy: ShieldCheck,
  audit: ScrollText,
  organization: Building,
  users: Server,
  organizations: Building2,
  services: Waypoints,
  "management-keys": KeySquare,
  webhooks: Webhook,
  "instance-tokens": ScanSearch,
  "instance-audit": FileClock,
  metrics: Gauge,
  mail: Mail,
};
