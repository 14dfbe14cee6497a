<?php
/** WordPress without a request, and without a word to the network: what an installation or an upgrade needs. */

/** Takes the place of WordPress's own: the administrator needs no mail with what the operator chose. */
function wp_new_blog_notification(): void
{
}

require '/var/www/wordpress/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_http_request', static fn (): WP_Error => new WP_Error('offline', 'not while the site is made ready'));
