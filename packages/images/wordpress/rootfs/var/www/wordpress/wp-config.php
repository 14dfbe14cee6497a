<?php
/** What WordPress is told of where it runs. Everything comes from the container's environment and the shared files. */

$setting = static fn (string $name): string => (string) getenv("WORDPRESS_$name");
// Load balancers have capitals in their names; visitors' requests have none.
$url = strtolower($setting('URL'));

define('DB_HOST', $setting('DB_HOST') . ':' . $setting('DB_PORT'));
define('DB_NAME', $setting('DB_NAME'));
define('DB_USER', $setting('DB_USER'));
define('DB_PASSWORD', $setting('DB_PASSWORD'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
// The server's certificate and its name are verified. In doubt, TLS.
define('MYSQL_CLIENT_FLAGS', $setting('DB_TLS') === 'off' ? 0 : MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_VERIFY_SERVER_CERT);
$table_prefix = 'wp_';

define('WP_HOME', $url);
define('WP_SITEURL', $url);
define('FORCE_SSL_ADMIN', str_starts_with($url, 'https://'));
// TLS ends at the load balancer.
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') {
    $_SERVER['HTTPS'] = 'on';
}
// nginx gives the host without its port; on the command line there is no request at all.
$host = (string) parse_url($url, PHP_URL_HOST);
$port = parse_url($url, PHP_URL_PORT);
if (($_SERVER['HTTP_HOST'] ?? $host) === $host) {
    $_SERVER['HTTP_HOST'] = $host . ($port === null ? '' : ":$port");
}

// Keys and salts: the same in every replica, so a session of one is a session of all.
foreach (require '/var/www/shared/salts.php' as $name => $value) {
    define($name, $value);
}

define('WP_CONTENT_DIR', '/var/www/shared/wp-content');
define('WP_CONTENT_URL', "$url/wp-content");
define('WPMU_PLUGIN_DIR', '/usr/local/lib/wordpress/must-use');
define('WP_TEMP_DIR', '/tmp');
define('FS_METHOD', 'direct');
define('FS_CHMOD_DIR', 0750);
define('FS_CHMOD_FILE', 0640);

// WordPress itself is part of the image, and a newer one is a newer image.
define('WP_AUTO_UPDATE_CORE', false);
define('DISALLOW_FILE_EDIT', true);
// Run by the container, not by visitors' requests.
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false);

unset($setting, $url, $host, $port, $name, $value);
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
