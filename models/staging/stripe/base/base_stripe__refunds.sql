{{ checked_source('stripe', 'refund', parents=[
    {'label': 'charge', 'column': 'charge_id', 'base': ref('base_stripe__charges'), 'key': 'id'},
]) }}
