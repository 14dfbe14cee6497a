<?php

declare(strict_types=1);

namespace Image;

const SHARED = '/var/www/shared';
const RUN = '/run/wordpress';
const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
const SALTS = SHARED . '/salts.php';
/** WordPress's own names. */
const SALT_NAMES = [
    'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY',
    'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT',
];

/**
 * What of this replica's configuration comes from its environment.
 * @param array<string, string> $environment
 */
function writeRunFiles(array $environment): void
{
    $port = $environment['WORDPRESS_PORT'];
    file_put_contents(RUN . '/listen.conf', "listen $port;\n" . (hasIpv6() ? "listen [::]:$port;\n" : ''));
    $authorities = file_get_contents(SYSTEM_AUTHORITIES) . "\n" . file_get_contents($environment['WORDPRESS_DB_TLS_CA']);
    file_put_contents(RUN . '/authorities.pem', $authorities);
}

function hasIpv6(): bool
{
    return is_readable('/proc/net/if_inet6') && trim((string) file_get_contents('/proc/net/if_inet6')) !== '';
}

/** @throws Refusal where the salts are damaged */
function makeSharedFiles(): void
{
    foreach (['', '/plugins', '/themes', '/uploads', '/languages', '/upgrade'] as $folder) {
        // Another replica may be first.
        @mkdir(SHARED . "/wp-content$folder", 0750, true);
    }
    makeSalts();
}

/**
 * Of several replicas exactly one makes the salts; they appear whole or not at all, and are never made again: other
 * ones would end every session.
 * @throws Refusal
 */
function makeSalts(): void
{
    if (!file_exists(SALTS)) {
        $salts = array_map(static fn (): string => bin2hex(random_bytes(32)), array_flip(SALT_NAMES));
        $own = SALTS . '.' . bin2hex(random_bytes(8));
        file_put_contents($own, "<?php\nreturn " . var_export($salts, true) . ";\n");
        chmod($own, 0600);
        // A link, unlike a rename, does not take the place of what is there: whoever is first wins.
        if (@link($own, SALTS)) {
            say('made new keys and salts');
        }
        unlink($own);
        clearstatcache();
    }
    if (!areSalts(SALTS)) {
        throw new Refusal(SALTS . ' is not what it was made as: restore it from a backup of the shared files, or remove it, which ends every session');
    }
}

function areSalts(string $file): bool
{
    try {
        $salts = is_readable($file) ? require $file : null;
    } catch (\ParseError) {
        return false;
    }
    return is_array($salts)
        && array_diff(SALT_NAMES, array_keys(array_filter($salts, static fn ($salt): bool => is_string($salt) && strlen($salt) >= 64))) === [];
}
