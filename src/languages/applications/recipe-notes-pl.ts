import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "Osoby z grupy grafana-admins zostają administratorami Grafany, osoby z grupy grafana-editors mogą edytować, a wszyscy inni tylko przeglądać.",
    "Grafana wpuszcza tylko osoby, które mają tutaj adres e-mail.",
    "Potem uruchom Grafanę ponownie.",
  ],
  nextcloud: [
    "Uruchom te wiersze w katalogu Nextcloud.",
    "Jeśli ten serwer ma adres w Twojej własnej sieci, ustaw w Nextcloud allow_local_remote_servers na true, bo inaczej Nextcloud odmówi łączenia się z nim.",
    "Nextcloud tworzy konto dla każdego, kto się zaloguje, i przejmuje nazwę, adres e-mail oraz grupy.",
    "Konta dostają losowe nazwy, aby nikt nie trafił przypadkiem na istniejące konto. Jeśli wolisz nazwy użytkowników, dodaj --unique-uid=0 --mapping-uid=preferred_username i sprawdź, czy nikt nie ma tu nazwy użytkownika administratora Nextcloud.",
  ],
  gitea: [
    "Gitea nie obsługuje PKCE, więc aplikacja musi być ustawiona tak, aby się bez niego obywała.",
    "Osoby z grupy gitea-admins zostają administratorami Gitei.",
    "Aby konta powstawały same, ustaw ENABLE_AUTO_REGISTRATION = true w sekcji [oauth2_client] pliku app.ini.",
  ],
  proxmox: [
    "Każdy adres, pod którym otwiera się Proxmox, potrzebuje własnego adresu URI przekierowania, bez ukośnika na końcu.",
    "Grupy pojawiają się z dopiskiem -postern po nazwie. Nadaj im prawa w Centrum danych (Datacenter), Uprawnienia (Permissions).",
    "Opcje grup wymagają Proxmox VE 8.4 lub nowszego.",
  ],
  jellyfin: [
    "Najpierw zainstaluj wtyczkę SSO Authentication z https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json i uruchom Jellyfin ponownie.",
    "Utwórz klucz API w panelu Jellyfin i wstaw go w miejsce PUT_JELLYFIN_API_KEY_HERE.",
    "Potrzebna jest grupa jellyfin-users lub jellyfin-admins. Logowanie odbywa się pod /sso/OID/start/postern.",
    'Jeśli Jellyfin stoi za serwerem proxy i prosi o adres http, dodaj "schemeOverride": "https" do danych.',
  ],
  nginx: [
    "http://127.0.0.1:8000 oznacza aplikację, którą chronisz.",
    "To, co wypisze openssl, wstaw w miejsce PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy wpuszcza tylko osoby z adresem e-mail oznaczonym tutaj jako zweryfikowany.",
    "Aby wpuszczać tylko niektóre osoby, usuń # sprzed allowed_groups i podaj ich grupy.",
  ],
  caddy: [
    "127.0.0.1:8000 oznacza aplikację, którą chronisz.",
    "To, co wypisze openssl, wstaw w miejsce PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy wpuszcza tylko osoby z adresem e-mail oznaczonym tutaj jako zweryfikowany.",
    "Aby wpuszczać tylko niektóre osoby, usuń # sprzed allowed_groups i podaj ich grupy.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ oznacza aplikację, którą chronisz.",
    "To, co wypisze openssl, wstaw w miejsce PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy wpuszcza tylko osoby z adresem e-mail oznaczonym tutaj jako zweryfikowany.",
    "Aby wpuszczać tylko niektóre osoby, usuń # sprzed allowed_groups i podaj ich grupy.",
  ],
  dovecot: [
    "Weź wiersze dla swojej wersji Dovecota, nie dla obu.",
    "Programy pocztowe to osobne aplikacje. Proszą o uprawnienie mail i muszą mieć je wśród swoich.",
    "Nazwa użytkownika musi tu być częścią nazwy skrzynki przed znakiem @.",
    "Plik powinien móc czytać tylko root: zawiera sekret.",
  ],
  kubectl: [
    "Pierwsze wiersze to opcje serwera API; w k3s umieszcza się je pod kube-apiserver-arg.",
    "Nadaj prawa grupie lub identyfikatorowi osoby za pomocą ClusterRoleBinding. Tam oba zaczynają się od postern:, na przykład postern:kube-admins.",
    "Na maszynie bez przeglądarki dodaj --exec-arg=--skip-open-browser.",
  ],
  cli: [
    "Pierwsza odpowiedź zawiera adres i kod dla osoby oraz device_code do drugiego żądania.",
    "Powtarzaj drugie żądanie co pięć sekund, aż osoba podejmie decyzję.",
    "To samo robi postern try device.",
  ],
};
